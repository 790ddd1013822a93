package dev.steepest.lab.train;

import dev.steepest.lab.train.EvaluationReport.Score;
import java.util.Optional;

/**
 * The last look at a trained network.
 *
 * @param plain every sample as it is
 * @param augmented logits averaged over several views of each sample, where that was wanted
 * @param totalSeconds of preparation, training and this evaluation
 */
public record FinalReport(Score plain, Optional<Score> augmented, double totalSeconds) {}
