package dev.steepest.lab.catalog;

import dev.steepest.lab.distill.Mode;
import dev.steepest.lab.model.field.Fields;
import dev.steepest.lab.task.ScoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What does not fit together where images are distilled, and there are no data. */
final class ScoreObjections {
  private ScoreObjections() {}

  /** Whether a run represents images or has a score in place of data; usually both. */
  static boolean concerns(Map<String, Map<String, Object>> settings) {
    return representsImages(settings) || hasScore(settings);
  }

  private static boolean representsImages(Map<String, Map<String, Object>> settings) {
    return Fields.isField((String) settings.get(Catalog.MODEL).get(Catalog.NAME));
  }

  private static boolean hasScore(Map<String, Map<String, Object>> settings) {
    return ScoreSettings.NAME.equals(settings.get(Catalog.DATA).get(Catalog.NAME));
  }

  static List<String> to(Map<String, Map<String, Object>> settings) {
    Object model = settings.get(Catalog.MODEL).get(Catalog.NAME);
    Object data = settings.get(Catalog.DATA).get(Catalog.NAME);
    if (!hasScore(settings)) {
      return List.of(
          "model.name = %s represents images to be distilled, but data.name = %s; choose data: %s, or another model"
              .formatted(model, data, ScoreSettings.NAME));
    }
    if (!representsImages(settings)) {
      return List.of(
          "data.name = %s distils images, but model.name = %s does not represent any; choose one of %s"
              .formatted(
                  data,
                  model,
                  String.join(", ", Fields.all().stream().map(kind -> kind.name()).toList())));
    }
    List<String> objections = new ArrayList<>(toLengths(settings));
    refuse(objections, settings, Catalog.AUGMENTATION, "policy", "none");
    refuse(objections, settings, Catalog.AUGMENTATION, "crop", 0L);
    refuse(objections, settings, Catalog.AUGMENTATION, "crop_mode", "zeros");
    refuse(objections, settings, Catalog.AUGMENTATION, "flip", "none");
    refuse(objections, settings, Catalog.AUGMENTATION, "erase", 0.0);
    refuse(objections, settings, Catalog.AUGMENTATION, "mixup", 0.0);
    refuse(objections, settings, Catalog.TRAINING, "loss_reduction", "mean");
    refuse(objections, settings, Catalog.TRAINING, "label_smoothing", 0.0);
    refuse(objections, settings, Catalog.TRAINING, "last_batch", "keep");
    refuse(objections, settings, Catalog.TRAINING, "accumulation", 1L);
    refuse(objections, settings, Catalog.TRAINING, "batch", TrainingKeys.USUAL_BATCH);
    refuse(objections, settings, Catalog.TRAINING, "untimed_steps", 0L);
    refuse(objections, settings, Catalog.EVALUATION, "tta", "none");
    refuse(objections, settings, Catalog.EVALUATION, "curve", "validation");
    for (String key : List.of(TrainingKeys.BATCH_SCHEDULE, "label_smoothing_end")) {
      refuseAny(objections, settings, Catalog.TRAINING, key);
    }
    refuseAny(objections, settings, Catalog.TRAINING, TrainingKeys.EARLY_STOPPING);
    refuseAny(objections, settings, Catalog.AUGMENTATION, TrainingKeys.CUTMIX);
    if ("plateau".equals(settings.get(Catalog.SCHEDULE).get(Catalog.NAME))) {
      objections.add(
          "schedule.name = plateau waits for a loss to stand still, but a score has none; choose another schedule");
    }
    return objections;
  }

  private static List<String> toLengths(Map<String, Map<String, Object>> settings) {
    List<String> objections = new ArrayList<>();
    Map<String, Object> training = settings.get(Catalog.TRAINING);
    if (!(training.get(TrainingKeys.STEPS) instanceof Long steps)) {
      objections.add(
          "training.steps is missing: where there are no data, the length of a run is counted in steps");
    } else if (settings.get(Catalog.DATA).get(ScoreSettings.STAGE_TWO) instanceof Long stage
        && stage >= steps) {
      objections.add(
          "data.stage_two = %d: the second stage of %s would not begin within training.steps = %d, and all of it be plain sds; take a step before %d"
              .formatted(stage, Mode.BRIDGE.name().toLowerCase(Locale.ROOT), steps, steps));
    }
    if (!settings.get(Catalog.EVALUATION).containsKey(TrainingKeys.EVERY_STEPS)) {
      objections.add(
          "evaluation.every_steps is missing: where there are no data, looks are counted in steps, e.g. evaluation: {every_steps: 10}");
    }
    return objections;
  }

  private static void refuse(
      List<String> objections,
      Map<String, Map<String, Object>> settings,
      String section,
      String key,
      Object only) {
    Object value = settings.get(section).get(key);
    if (!only.equals(value)) {
      objections.add(
          "%s.%s = %s is of no effect where images are distilled; take it away"
              .formatted(section, key, value));
    }
  }

  private static void refuseAny(
      List<String> objections,
      Map<String, Map<String, Object>> settings,
      String section,
      String key) {
    Object value = settings.get(section).get(key);
    if (value != null) {
      objections.add(
          "%s.%s is of no effect where images are distilled; take it away".formatted(section, key));
    }
  }
}
