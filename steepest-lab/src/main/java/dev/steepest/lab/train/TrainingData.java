package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import java.util.Set;

/** What a network is trained and judged on. */
public interface TrainingData {
  /** Samples in the first training epoch. */
  long samplesPerEpoch();

  /** What tells these training samples from others: equal means equal, in the same order. */
  String fingerprint();

  /** Batches, that is optimizer steps, in each training epoch. */
  Pace pace();

  /**
   * The batches of an epoch. Their content depends on the epoch and the position alone.
   *
   * @param epoch from 0
   * @param firstBatch where to begin: 0, or where an interrupted epoch goes on; equal to the number
   *     of batches for an empty rest
   */
  BatchStream training(long epoch, long firstBatch);

  /**
   * The first training samples in the order of the data set, without random changes, as one batch;
   * the caller closes it.
   *
   * @param samples how many, at least 1; fewer where there are not so many
   */
  MiniBatch first(int samples);

  /**
   * What a network is trained for on these data, and how it is judged; the caller closes it.
   * Usually that follows from the network.
   *
   * @param network on its device
   */
  default Objective objective(Network network, TrainingPlan plan) {
    return Objective.of(network, plan);
  }

  /**
   * Names of the sets to evaluate on, in order, e.g. {@code val}; they prefix the measured values.
   */
  Set<String> evaluationSets();

  /** All samples of an evaluation set, once, in large batches. */
  BatchStream evaluation(String set);
}
