package dev.steepest.optim.golden;

import dev.steepest.optim.OptimizerBuilder;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/**
 * How the recorded runs of one reference implementation are followed here: what its
 * hyper-parameters are called, what else goes in at which moment, and which recorded state is
 * compared with which of ours.
 *
 * <p>A recorded hyper-parameter that is not spoken of, and an optimizer without a family, fails the
 * case.
 */
interface Family {

  /** The groups, with hyper-parameters in this library's words. */
  List<Group> groups(JsonNode recorded);

  /** How many matrices, one below the other, a parameter is. */
  default int blocks(JsonNode recorded, Tensor parameter) {
    return 1;
  }

  /** Wrappers, probes and the like. */
  default void configure(Trajectory run, OptimizerBuilder optimizer) {}

  /** Before the first step. */
  default void start(Trajectory run) {}

  /** Before step {@code step}, from 0; the step's gradients are not yet in place. */
  default void before(Trajectory run, int step) {}

  /** The step itself; its gradients are in place. */
  default void step(Trajectory run, int step) {
    run.optimizer().step(1);
  }

  /** After step {@code step}; the parameters have been compared. */
  default void after(Trajectory run, int step) {}

  /** After the last step. */
  default void end(Trajectory run) {
    // Sums of ten gradients near 1: ten times the size of the parameters' changes.
    run.compareFinal("momentum_final", "momentum", 100);
  }

  /** Several implementations under their names in the data. */
  interface Families {
    Map<String, Family> families();
  }
}
