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
    boolean reads = Networks.language().stream().anyMatch(kind -> kind.name().equals(model));
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
    refuse(objections, settings, Catalog.AUGMENTATION, "flip", "none");
    refuse(objections, settings, Catalog.AUGMENTATION, "erase", 0.0);
    refuse(objections, settings, Catalog.AUGMENTATION, "mixup", 0.0);
    refuse(objections, settings, Catalog.TRAINING, "loss_reduction", "mean");
    refuse(objections, settings, Catalog.TRAINING, "label_smoothing", 0.0);
    refuse(objections, settings, Catalog.EVALUATION, "tta", "none");
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
          "%s.%s = %s is for images; with text it can only be %s"
              .formatted(section, key, value, only));
    }
  }
}
