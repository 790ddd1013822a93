package dev.steepest.lab.catalog;

import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.lab.task.DiffusionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What does not fit together where a network learns to find noise, and where it does not. */
final class DiffusionObjections {
  private final Map<String, Map<String, Object>> settings;
  private final List<String> objections = new ArrayList<>();

  private DiffusionObjections(Map<String, Map<String, Object>> settings) {
    this.settings = settings;
  }

  static List<String> to(Map<String, Map<String, Object>> settings) {
    var found = new DiffusionObjections(settings);
    if (Denoisers.isDenoiser((String) settings.get(Catalog.MODEL).get(Catalog.NAME))) {
      found.addToDiffusion();
    } else {
      found.addToOthers();
    }
    return found.objections;
  }

  private void addToOthers() {
    for (String key : DiffusionKeys.usualLooks().keySet().stream().sorted().toList()) {
      refuseAny(Catalog.EVALUATION, key, "draws images of a diffusion model");
    }
    if (!ScoreObjections.concerns(settings)) { // which has a judge of its own
      refuseAny(Catalog.DATA, ImageKeys.JUDGE, "judges what a diffusion model draws");
    }
  }

  private void refuseAny(String section, String key, String purpose) {
    Object value = settings.get(section).get(key);
    if (value != null) {
      objections.add(
          "%s.%s = %s %s, but model.name = %s is none; take it away"
              .formatted(section, key, value, purpose, section(Catalog.MODEL).get(Catalog.NAME)));
    }
  }

  private void addToDiffusion() {
    addToProcess();
    refuse(Catalog.AUGMENTATION, "mixup", 0.0);
    refuse(Catalog.AUGMENTATION, TrainingKeys.CUTMIX, null);
    refuse(Catalog.TRAINING, "loss_reduction", "mean");
    refuse(Catalog.TRAINING, "label_smoothing", 0.0);
    refuse(Catalog.TRAINING, "label_smoothing_end", null);
    refuse(Catalog.EVALUATION, "tta", "none");
    Object normalization = section(Catalog.DATA).get("normalization");
    if (normalization != null && !normalization.equals(DataSource.STANDARD)) {
      objections.add(
          "data.normalization = %s is of no effect: a diffusion model sees images from -1 to 1; take it away"
              .formatted(normalization));
    }
    refuseAccuracy(Catalog.TRAINING + "." + TrainingKeys.EARLY_STOPPING, stopping());
    refuseAccuracy(Catalog.SCHEDULE, section(Catalog.SCHEDULE).get(TrainingKeys.METRIC));
    Object samples = section(Catalog.EVALUATION).get(DiffusionSettings.SAMPLES);
    if (Long.valueOf(0).equals(samples) && section(Catalog.DATA).containsKey(ImageKeys.JUDGE)) {
      objections.add(
          "data.judge = %s judges what is drawn, but evaluation.samples = 0 draws nothing"
              .formatted(section(Catalog.DATA).get(ImageKeys.JUDGE)));
    }
  }

  private void addToProcess() {
    Map<String, Object> model = section(Catalog.MODEL);
    double first = (Double) model.get(DiffusionSettings.BETA_FIRST);
    double last = (Double) model.get(DiffusionSettings.BETA_LAST);
    if (first > last) {
      objections.add(
          "model.beta_first = %s is more than model.beta_last = %s; noise grows from step to step"
              .formatted(first, last));
    }
    double drops =
        (Double) model.get(DiffusionSettings.DROP_BOTH)
            + (Double) model.get(DiffusionSettings.DROP_CLASS)
            + (Double) model.get(DiffusionSettings.DROP_QUALITY);
    if (drops > 1) {
      objections.add(
          "model.drop_both, drop_class and drop_quality are shares of the same images, but add up to %s"
              .formatted(drops));
    }
    long times = (Long) model.get(DiffusionSettings.TIME_STEPS);
    Object steps = section(Catalog.EVALUATION).get(DiffusionSettings.SAMPLING_STEPS);
    long drawn =
        (Long)
            (steps == null
                ? DiffusionKeys.usualLooks().get(DiffusionSettings.SAMPLING_STEPS)
                : steps);
    if (drawn > times) {
      objections.add(
          "evaluation.sampling_steps = %d is more than the model.time_steps = %d that there are"
              .formatted(drawn, times));
    }
  }

  private Object stopping() {
    return section(Catalog.TRAINING).get(TrainingKeys.EARLY_STOPPING) instanceof Map<?, ?> given
        ? given.get(TrainingKeys.METRIC)
        : null;
  }

  private void refuseAccuracy(String where, Object metric) {
    if ("val_accuracy".equals(metric)) {
      objections.add(
          "%s.metric = val_accuracy, but finding noise has no accuracy; use val_loss"
              .formatted(where));
    }
  }

  /**
   * @param only the value without effect; null where the key is not to be given at all
   */
  private void refuse(String section, String key, Object only) {
    Object value = section(section).get(key);
    if (value != null && !value.equals(only)) {
      objections.add(
          "%s.%s = %s is for classes, of which noise has none; take it away"
              .formatted(section, key, value));
    }
  }

  private Map<String, Object> section(String name) {
    return settings.get(name);
  }
}
