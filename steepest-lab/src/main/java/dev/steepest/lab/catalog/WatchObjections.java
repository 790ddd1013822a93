package dev.steepest.lab.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What does not fit together about decisions that looks on the way lead to. */
final class WatchObjections {
  private WatchObjections() {}

  static List<String> to(Map<String, Map<String, Object>> settings) {
    List<String> objections = new ArrayList<>();
    Map<String, Object> training = settings.get(Catalog.TRAINING);
    Object stopping = training.get(TrainingKeys.EARLY_STOPPING);
    if (stopping instanceof Map<?, ?> keys) {
      objections.addAll(
          toMetric("training.early_stopping.metric", keys.get(TrainingKeys.METRIC), settings));
    }
    Map<String, Object> schedule = settings.get(Catalog.SCHEDULE);
    if (schedule.containsKey(TrainingKeys.METRIC)) {
      objections.addAll(toMetric("schedule.metric", schedule.get(TrainingKeys.METRIC), settings));
    }
    Object save = training.getOrDefault(TrainingKeys.SAVE, "");
    if (save.equals("best") && stopping == null) {
      objections.add(
          "training.save = best keeps what early stopping finds best, but there is no training.early_stopping; write early_stopping: {} as well (with a large patience it ends no run), or choose save: last");
    }
    if (save.equals("last") && stopping != null) {
      objections.add(
          "training.save = last keeps the weights of the last step, but with training.early_stopping a run ends with its best ones; choose best or none");
    }
    return objections;
  }

  private static List<String> toMetric(
      String key, Object metric, Map<String, Map<String, Object>> settings) {
    if (!String.valueOf(metric).startsWith("val_")) {
      return List.of();
    }
    if (settings.get(Catalog.EVALUATION).get("curve").equals("test")) {
      return List.of(
          "%s = %s is of validation data, but evaluation.curve = test looks at the test set, by which nothing may be decided; choose curve: validation"
              .formatted(key, metric));
    }
    Object validation = settings.get(Catalog.DATA).get("validation");
    if (settings.get(Catalog.DATA).get("name").equals("folder")) {
      return List.of(); // it may have validation images of its own, which shows when it is read
    }
    if (validation instanceof Number share && share.doubleValue() == 0) {
      return List.of(
          "%s = %s is of validation data, but data.validation = 0 keeps none; raise it"
              .formatted(key, metric));
    }
    return List.of();
  }
}
