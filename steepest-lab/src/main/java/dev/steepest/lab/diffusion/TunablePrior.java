package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.denoise.Projection;
import dev.steepest.optim.Parameter;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;

/**
 * A prior beside which another model may learn that begins as itself: the model φ of variational
 * score distillation. Its own weights stay frozen.
 */
public interface TunablePrior extends Prior {

  /** The products that a low-rank addition may go to, by name. */
  SequencedMap<String, Projection> projections();

  /** All weights of the network that predicts the noise, none of which wants a gradient. */
  List<Parameter> parameters();

  /** {@link #noise} in parts, from x to the noise; one part where there are no more. */
  List<Stage> stages(Tensor t, Tensor conditions);

  /** The same model in memory of its own, on the same device; the caller closes it. */
  TunablePrior copy();
}
