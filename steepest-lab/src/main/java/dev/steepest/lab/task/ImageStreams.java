package dev.steepest.lab.task;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.Splits;
import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.augment.Flip;
import dev.steepest.lab.data.augment.PadMode;
import dev.steepest.lab.data.augment.Policy;
import dev.steepest.lab.data.batch.BatchPlan;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.train.ImageTrainingData;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The images of a run in batches, as its settings ask for them.
 *
 * @param normalization what a network sees of them
 * @param prefetch whether batches are prepared ahead
 */
record ImageStreams(
    RunSettings settings, ImageData images, Normalization normalization, Prefetch prefetch) {
  /** Names of evaluation sets; they prefix measured values. */
  static final String VALIDATION = "val";

  static final String TEST = "test";

  /** With what is looked at on the way. */
  ImageTrainingData onTheWay() {
    Splits splits = images.splits();
    if (settings.text("evaluation.curve").equals("test")) {
      return atTheEnd();
    }
    return data(
        splits.validation().size() == 0 ? Map.of() : Map.of(VALIDATION, splits.validation()));
  }

  /** With the test set. */
  ImageTrainingData atTheEnd() {
    return data(Map.of(TEST, images.splits().test()));
  }

  private ImageTrainingData data(Map<String, ImageSet> evaluation) {
    return new ImageTrainingData(
        images.splits().train(),
        new LinkedHashMap<>(evaluation),
        augmentation(),
        normalization,
        images.resampled(),
        new BatchPlan(
            settings.whole("training.batch"),
            settings.constant(LastBatch.class, "training.last_batch"),
            prefetch),
        settings.batches().sizes(),
        settings.whole("evaluation.chunk"),
        settings.plan().layout(),
        settings.spec().seed());
  }

  private AugmentationPlan augmentation() {
    return new AugmentationPlan(
        settings.constant(Policy.class, "augmentation.policy"),
        settings.whole("augmentation.crop"),
        settings.constant(PadMode.class, "augmentation.crop_mode"),
        settings.constant(Flip.class, "augmentation.flip"),
        settings.all().number("augmentation.erase"));
  }
}
