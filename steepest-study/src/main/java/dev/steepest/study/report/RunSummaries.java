package dev.steepest.study.report;

import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.Tables.EpochRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One summary per run in the shape {@code {config, best_acc, history{epochs, train_loss, test_acc,
 * epoch_time}}} of the first publication. Accuracies are percentages. The published key is {@code
 * test_acc}; what stands under it here is the validation accuracy, and {@code config.accuracy_of}
 * says so. Of a run that kept no validation images it is the test accuracy indeed; then nothing is
 * the best, and {@code final_acc} is what stood last. What is missing is null.
 */
final class RunSummaries {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private RunSummaries() {}

  /** A file name that no two runs share: the id stands at its end. */
  static String name(RunRecord run) {
    String words = run.spec().problem() + "_" + run.spec().arm() + "_seed" + run.spec().seed();
    return "summaries/"
        + words.replaceAll("[^A-Za-z0-9._=-]+", "-")
        + "_"
        + run.spec().id()
        + ".json";
  }

  static String json(RunRecord run) {
    RunFacts facts = new RunFacts(run);
    Map<String, Object> config = new TreeMap<>(run.spec().settings().tree());
    config.putIfAbsent("model", facts.model());
    config.put("opt", facts.optimizer());
    boolean tested = Metric.ofTestSet(facts.accuracyCurve());
    config.put(ForeignJson.ACCURACY_OF, tested ? "test" : "validation");
    if (run.spec().seed() >= 0) {
      config.put("seed", run.spec().seed());
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("config", config);
    summary.put("best_acc", nullable(Tables.percent(facts.bestAccuracy())));
    if (tested) {
      summary.put("final_acc", nullable(Tables.percent(facts.finalTestAccuracy())));
    }
    summary.put("history", history(run, facts.accuracyCurve()));
    return JSON.writeValueAsString(summary) + "\n";
  }

  private static Map<String, Object> history(RunRecord run, String accuracy) {
    List<Object> epochs = new ArrayList<>();
    List<Object> losses = new ArrayList<>();
    List<Object> accuracies = new ArrayList<>();
    List<Object> seconds = new ArrayList<>();
    for (EpochRow row : EpochRow.of(run)) {
      epochs.add(nullable(OptionalDouble.of(row.evaluation().epoch())));
      losses.add(nullable(row.evaluation().value(Metric.TRAIN_LOSS)));
      accuracies.add(nullable(Tables.percent(row.evaluation().value(accuracy))));
      seconds.add(nullable(row.epochSeconds()));
    }
    Map<String, Object> history = new LinkedHashMap<>();
    history.put("epochs", epochs);
    history.put("train_loss", losses);
    history.put("test_acc", accuracies);
    history.put("epoch_time", seconds);
    return history;
  }

  /** JSON knows no NaN; a number that is none is missing. */
  private static Object nullable(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble()) ? value.getAsDouble() : null;
  }
}
