package dev.steepest.lab.train;

import dev.steepest.lab.data.decode.Raster;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One look at the network.
 *
 * @param at where the run stands
 * @param trainLoss mean training loss per item since the previous evaluation; NaN before the first
 *     step
 * @param trainAccuracy share of training items, as they were shown, whose largest logit was the
 *     label's, since the previous evaluation; NaN where that was not counted
 * @param epochSeconds training seconds since the previous evaluation
 * @param sets what was measured, by name of the evaluation set
 */
public record EvaluationReport(
    Position at,
    double trainLoss,
    double trainAccuracy,
    double epochSeconds,
    SequencedMap<String, Score> sets) {

  /**
   * Result on one set.
   *
   * @param loss mean cross entropy per item, in nats, without label smoothing
   * @param accuracy fraction of items whose largest logit is the label's, 0–1
   * @param items how many were seen: samples, or tokens of text
   * @param others what else was measured, by name: means over the items
   * @param picture of the first batch, if there was anything to see
   */
  public record Score(
      double loss,
      double accuracy,
      long items,
      SortedMap<String, Double> others,
      Optional<Raster> picture) {
    public Score(double loss, double accuracy, long items) {
      this(loss, accuracy, items, new TreeMap<>(), Optional.empty());
    }
  }
}
