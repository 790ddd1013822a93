package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RunRecord;
import java.util.List;
import java.util.Optional;

/** Networks that other experiments train, for runs that need them trained. */
@FunctionalInterface
public interface TrainedNetworks {
  /** Where nobody provides any. */
  TrainedNetworks NONE =
      wanted -> {
        throw new DataException(
            "%s = %s is not trained".formatted(wanted.key(), wanted.experiment()),
            List.of("nobody here trains networks for others"),
            "Use the command line of this program.");
      };

  /**
   * A network that is wanted.
   *
   * @param key of the settings that want it, for messages: {@code data.prior}
   * @param experiment that trains it, by name or path: of one run that keeps its weights
   * @param steps optimizer steps in place of those that the experiment says; 0 = as it says
   */
  record Wanted(String key, String experiment, long steps) {}

  /**
   * The finished run that trained it, with its weights; trained now, if it never was.
   *
   * @throws DataException if there is no such experiment, or it cannot be trained
   */
  RunRecord trained(Wanted wanted);

  /**
   * The run that {@link #trained} would make first: what is wrong with what it is wanted for shall
   * be said before. Empty where it is made already, or nobody knows it.
   *
   * @throws DataException if there is no such experiment
   */
  default Optional<RunSpec> untrained(Wanted wanted) {
    return Optional.empty();
  }
}
