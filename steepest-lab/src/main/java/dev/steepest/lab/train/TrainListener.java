package dev.steepest.lab.train;

import java.nio.file.Path;

/** Hears what happens in a run, on the training thread and outside the training clock. */
public interface TrainListener {
  /** Ignores everything. */
  TrainListener SILENT = new TrainListener() {};

  /** After an optimizer step that the plan wants logged. */
  default void onStep(StepReport step) {}

  /** After an evaluation. */
  default void onEvaluation(EvaluationReport evaluation) {}

  /**
   * After the state of the run was safely written: what was reported before it will not be lost.
   */
  default void onCheckpoint(Position position, Path file) {}
}
