package dev.steepest.study.report;

import dev.steepest.study.compare.Runs;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Invented runs on tokens: two arms, paired seeds, a look every ten of forty steps. */
final class LanguageStudy {
  static final String PROBLEM = "moe-gpt · text";
  static final int CONTEXT = 64;
  static final int BATCH = 16;

  static final DecisionRule RULE =
      new DecisionRule(
          Metric.VAL_LOSS,
          DecisionRule.Goal.MINIMIZE,
          Optional.empty(),
          .05,
          List.of(),
          Metric.VAL_LOSS,
          List.of());

  private LanguageStudy() {}

  static List<RunRecord> records(int seeds) {
    List<RunRecord> records = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      records.add(run("muon", seed, 5.0 + .01 * seed));
      records.add(run("adamw", seed, 5.5 + .01 * seed + .002 * (seed % 3)));
    }
    return records;
  }

  /** A run that ends at a validation loss. */
  static RunRecord run(String arm, long seed, double last) {
    List<Evaluation> looks = new ArrayList<>();
    for (int step = 0; step <= 40; step += 10) {
      double loss = last + (40 - step) * .1;
      looks.add(
          new Evaluation(
              step / 100.0,
              step,
              (long) BATCH * step,
              .5 * step,
              .1 * step,
              Map.of(
                  Metric.VAL_LOSS,
                  loss,
                  Metric.VAL_PERPLEXITY,
                  Math.exp(loss),
                  Metric.VAL_ACCURACY,
                  .2 - loss / 100,
                  Metric.TRAIN_LOSS,
                  loss - .05)));
    }
    return Runs.of(PROBLEM, arm, seed)
        .setting("model", Map.of("name", "moe-gpt", "context", CONTEXT, "layers", 2, "dim", 64))
        .setting("optimizer", Map.of("name", arm, "lr", .07, "rest", Map.of("lr", .007)))
        .setting("schedule", Map.of("name", "cosine", "warmup", .05))
        .setting("training", Map.of("steps", 40, "batch", BATCH))
        .fact("cpu", "a processor")
        .result(Metric.TEST_LOSS, last + .1)
        .result(Metric.TEST_PERPLEXITY, Math.exp(last + .1))
        .result(Metric.TOKENS_PER_SECOND, 12_345.6)
        .result(Metric.FLOPS_UTILISATION, .41)
        .result(Metric.PEAK_MEMORY_BYTES, 300.0 * (1 << 20))
        .evaluations(looks)
        .record();
  }
}
