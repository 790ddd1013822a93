package dev.steepest.optim;

import org.bytedeco.pytorch.Tensor;

/**
 * Elements that a step changes together: those of one parameter, or those of many as one vector.
 * All have had the same number of updates.
 */
public interface Elements {

  /** The weights, to be changed in place. */
  Tensor value();

  /** This step's gradients, shaped as the values; not to be changed. */
  Tensor gradient();

  /** What the rule keeps under this name, to be changed in place. */
  Tensor buffer(String name);

  /** What the rule has counted under this name. */
  double number(String name);

  /** What {@link Rule.Collective#survey} found under this name for this step. */
  Tensor shared(String name);

  /** The number of this update, from 1. */
  long step();

  /** Stores what the update has made of {@link #value}; called once it is done. */
  void end();
}
