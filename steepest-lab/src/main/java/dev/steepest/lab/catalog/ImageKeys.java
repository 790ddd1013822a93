package dev.steepest.lab.catalog;

import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The data sets of images, and their keys. */
final class ImageKeys {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  /** As networks take them. */
  private static final long LARGEST = 1024;

  private ImageKeys() {}

  static List<Term> all() {
    return DataSources.all().stream()
        .map(source -> new Term(source.name(), source.about(), keys(source), List.of()))
        .toList();
  }

  private static List<Key> keys(DataSource source) {
    return Stream.concat(
            common(source).stream(), source.choices().stream().sorted().map(ImageKeys::key))
        .toList();
  }

  private static List<Key> common(DataSource source) {
    return List.of(
        Key.word(
            "normalization",
            DataSource.STANDARD,
            List.copyOf(source.normalizations().keySet()),
            "mean and deviation per channel"),
        Key.whole(
            "validation", 1000, 0, 1_000_000, "training images held out for validation; 0 = none"),
        Key.whole("split_seed", 0, 0, UNBOUNDED, "seed of that choice, the same for all runs"),
        Key.whole("limit", 0, 0, UNBOUNDED, "use only so many training images, by class; 0 = all"),
        ifGiven(
            "size",
            Key.Type.WHOLE,
            "0 to " + LARGEST,
            List.of(),
            "height and width that images are resampled to, after augmentation; 0 = as they are"),
        ifGiven(
            "channels",
            Key.Type.WORD,
            "",
            List.of("as_is", "rgb", "grey"),
            "colour channels; as_is if not given"),
        ifGiven(
            "classes",
            Key.Type.WHOLE,
            "0 to " + LARGEST,
            List.of(),
            "how many classes the set must have; not looked at if not given"));
  }

  private static Key key(Choice choice) {
    return switch (choice) {
      case LABELS ->
          Key.word("labels", "fine", List.of("fine", "coarse"), "which of the classifications");
    };
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
