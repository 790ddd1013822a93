package dev.steepest.lab.catalog;

import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.model.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What does not fit together because text is no image. */
final class TextObjections {
  private TextObjections() {}

  static List<String> to(Map<String, Map<String, Object>> settings) {
    String model = (String) settings.get(Catalog.MODEL).get(Catalog.NAME);
    String data = (String) settings.get(Catalog.DATA).get(Catalog.NAME);
    boolean reads = Networks.isLanguage(model);
    boolean images = DataSources.all().stream().anyMatch(source -> source.name().equals(data));
    if (reads == images) {
      return List.of(
          reads
              ? "model.name = %s reads text, but data.name = %s is images; choose data of text, or another model"
                  .formatted(model, data)
              : "model.name = %s looks at images, but data.name = %s is text; choose data of images, or a language model"
                  .formatted(model, data));
    }
    return reads ? toImageSettings(settings) : List.of();
  }

  /** Settings that would be of no effect. */
  private static List<String> toImageSettings(Map<String, Map<String, Object>> settings) {
    List<String> objections = new ArrayList<>();
    refuse(objections, settings, Catalog.AUGMENTATION, "policy", "none");
    refuse(objections, settings, Catalog.AUGMENTATION, "crop", 0L);
    refuse(objections, settings, Catalog.AUGMENTATION, "crop_mode", "zeros");
    refuse(objections, settings, Catalog.AUGMENTATION, "flip", "none");
    refuse(objections, settings, Catalog.AUGMENTATION, "erase", 0.0);
    refuse(objections, settings, Catalog.AUGMENTATION, "mixup", 0.0);
    refuse(objections, settings, Catalog.TRAINING, "loss_reduction", "mean");
    refuse(objections, settings, Catalog.TRAINING, "label_smoothing", 0.0);
    refuse(objections, settings, Catalog.TRAINING, "last_batch", "keep");
    refuse(objections, settings, Catalog.TRAINING, "memory_format", "channels_last");
    refuse(objections, settings, Catalog.EVALUATION, "tta", "none");
    if (settings.get(Catalog.TRAINING).containsKey("label_smoothing_end")) {
      objections.add("training.label_smoothing_end is for images; take it away");
    }
    if (settings.get(Catalog.AUGMENTATION).containsKey(TrainingKeys.CUTMIX)) {
      objections.add("augmentation.cutmix is for images; take it away");
    }
    Object sizes = settings.get(Catalog.TRAINING).get(TrainingKeys.BATCH_SCHEDULE);
    if (sizes != null) {
      objections.add(
          "training.batch_schedule = '%s' is for images; the order of text is laid out for one batch size: take it away, and set training.batch"
              .formatted(sizes));
    }
    objections.addAll(toData(settings));
    return objections;
  }

  private static List<String> toData(Map<String, Map<String, Object>> settings) {
    List<String> objections = new ArrayList<>();
    Map<String, Object> data = settings.get(Catalog.DATA);
    boolean looked =
        (Double) data.get("validation") > 0
            && settings.get(Catalog.EVALUATION).get("curve").equals("validation");
    if (!looked && !data.get("validation_tokens").equals(0L)) {
      objections.add(
          "data.validation_tokens = %s limits a look at held-out text, but data.validation = %s and evaluation.curve = %s look at none"
              .formatted(
                  data.get("validation_tokens"),
                  data.get("validation"),
                  settings.get(Catalog.EVALUATION).get("curve")));
    }
    if (!data.get(Catalog.NAME).equals("text")) {
      refuseData(objections, data, "documents", 0L);
      refuseData(objections, data, "field", "text");
    }
    return objections;
  }

  private static void refuseData(
      List<String> objections, Map<String, Object> data, String key, Object only) {
    if (!only.equals(data.get(key))) {
      objections.add(
          "data.%s = %s is for data.name = text; %s holds tokens, of which nobody knows it any more"
              .formatted(key, data.get(key), data.get(Catalog.NAME)));
    }
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
          "%s.%s = %s is for images; with text it can only be %s"
              .formatted(section, key, value, only));
    }
  }
}
