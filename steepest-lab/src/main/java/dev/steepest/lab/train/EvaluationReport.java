package dev.steepest.lab.train;

import java.util.SequencedMap;

/**
 * One look at the network.
 *
 * @param at where the run stands
 * @param trainLoss mean training loss per sample since the previous evaluation
 * @param trainAccuracy share of training samples, as they were shown, whose largest logit was the
 *     label's, since the previous evaluation
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
   * @param loss mean cross entropy per sample, without label smoothing
   * @param accuracy fraction of samples whose largest logit is the label's, 0–1
   * @param samples how many were seen
   */
  public record Score(double loss, double accuracy, long samples) {}
}
