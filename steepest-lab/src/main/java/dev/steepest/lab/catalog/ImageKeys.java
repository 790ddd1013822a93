package dev.steepest.lab.catalog;

import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.data.source.Figures;
import dev.steepest.lab.data.source.ImageOptions;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The data sets of images, and their keys. */
final class ImageKeys {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  /** As networks take them. */
  private static final long LARGEST = 1024;

  static final String JUDGE = "judge";

  private static final Key SIZE =
      ifGiven(
          "size",
          Key.Type.WHOLE,
          "0 to " + LARGEST,
          List.of(),
          "height and width that images are resampled to, after augmentation; 0 = as they are");
  private static final Key CHANNELS =
      ifGiven(
          "channels",
          Key.Type.WORD,
          "",
          List.of("as_is", "rgb", "grey"),
          "colour channels; as_is if not given");

  private ImageKeys() {}

  static List<Term> all() {
    return DataSources.all().stream()
        .map(source -> new Term(source.name(), source.about(), keys(source), List.of()))
        .toList();
  }

  /** Who names nobody as a judge, and who says so, make the same runs. */
  static Map<String, Object> complete(Map<String, Object> settings) {
    return TrainingKeys.withoutTheUsual(settings, Map.of(JUDGE, "none"));
  }

  private static List<Key> keys(DataSource source) {
    Set<Choice> choices = source.choices();
    List<Key> keys = new ArrayList<>(common(source));
    if (choices.contains(Choice.LABELS)) {
      keys.add(Key.word("labels", "fine", List.of("fine", "coarse"), "which classification"));
    }
    if (choices.contains(Choice.TREE)) {
      keys.addAll(tree());
    }
    if (choices.contains(Choice.DRAWN)) {
      keys.addAll(drawn());
    } else {
      keys.addAll(choices.contains(Choice.DECODING) ? decoding(source) : List.of(SIZE));
    }
    return keys;
  }

  private static List<Key> common(DataSource source) {
    return List.of(
        Key.word(
            "normalization",
            DataSource.STANDARD,
            List.copyOf(source.normalizations().keySet()),
            "mean and deviation per channel"),
        Key.whole(
            "validation",
            source.standardValidation(),
            0,
            1_000_000,
            "training images held out for validation; 0 = none"),
        Key.whole("split_seed", 0, 0, UNBOUNDED, "seed of that choice, the same for all runs"),
        Key.whole("limit", 0, 0, UNBOUNDED, "use only so many training images, by class; 0 = all"),
        CHANNELS,
        ifGiven(
            "classes",
            Key.Type.WHOLE,
            "0 to " + LARGEST,
            List.of(),
            "how many classes the set must have; not looked at if not given"),
        ifGiven(
            JUDGE,
            Key.Type.WORD,
            "",
            List.of(),
            "experiment that trains a classifier, to judge what a diffusion model draws, or none"));
  }

  private static List<Key> tree() {
    return List.of(
        new Key(
            "folder",
            Key.Type.WORD,
            Optional.empty(),
            "",
            _ -> true,
            List.of(),
            "or zip archive, within the folder of data sets, or a path of its own"),
        Key.number(
            "test_share",
            ImageOptions.Tree.STANDARD_TEST_SHARE,
            "(0, 1)",
            v -> v > 0 && v < 1,
            "of each class for the test, where there are no folders train and test"));
  }

  private static List<Key> decoding(DataSource source) {
    return List.of(
        Key.whole(
            "size",
            source.standard().decoding().size(),
            0,
            LARGEST,
            "height and width that images are decoded to; 0 = as they are, if squares alike"),
        Key.word(
            "fit",
            "crop",
            List.of("crop", "squash"),
            "how images become squares: the middle of the longer side, or all of it pressed"),
        Key.word(
            "corrupt",
            "stop",
            List.of("stop", "skip"),
            "what image files that cannot be read lead to"));
  }

  private static List<Key> drawn() {
    return List.of(
        Key.whole("size", Figures.SIDE, 8, LARGEST, "height and width that images are drawn in"),
        Key.whole(
            "count",
            ImageOptions.Drawn.STANDARD.count(),
            1,
            1_000_000,
            "training images, those held out for validation among them"),
        Key.word(
            "quality",
            "both",
            List.of("both", "mixed", "clean", "degraded"),
            "of the images: half of them each, which labels tell (both) or do not (mixed), or one alone"));
  }

  /** A key that a run without it does not mention, so that earlier runs keep their identity. */
  private static Key ifGiven(
      String name, Key.Type type, String range, List<String> choices, String about) {
    return new Key(
        name,
        type,
        Optional.of(Key.Default.INHERITED),
        range,
        v -> v >= 0 && v <= LARGEST,
        choices,
        about);
  }
}
