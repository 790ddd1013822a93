package dev.steepest.lab.task;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.Splits;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.data.source.ImageOptions;
import dev.steepest.lab.data.source.TrainTest;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data set split as a run asks for it, in memory.
 *
 * @param splits train, validation and test, disjoint
 * @param normalization as the run names it, for the channels of the splits
 * @param resampled height and width that a network is shown; 0 = those of the splits
 * @param qualities that labels tell apart beside the class; empty where a label is a class alone
 * @param judge of samples, where one is named
 * @param notes what a person should know of how they were read
 * @param folder of data sets, in which weights are looked for too
 */
public record ImageData(
    Splits splits,
    Normalization normalization,
    int resampled,
    List<String> qualities,
    Optional<TrainedClassifier> judge,
    List<String> notes,
    Path folder)
    implements TaskData {
  private static final String JUDGE = "judge";

  /**
   * Loads a data set and splits it.
   *
   * @param settings the section {@code data} of a run
   * @param folder of data sets
   * @param trained who has the judge, where one is named
   * @throws DataException if files are missing or damaged, or there are too few images for the
   *     split
   */
  public static ImageData load(Settings settings, Path folder, TrainedNetworks trained) {
    Optional<TrainedClassifier> judge = judge(settings, trained);
    try {
      return load(settings, folder, judge);
    } catch (RuntimeException e) {
      judge.ifPresent(TrainedClassifier::close);
      throw e;
    }
  }

  private static ImageData load(Settings settings, Path folder, Optional<TrainedClassifier> judge) {
    DataSource source = DataSources.named(settings.text("name"));
    long seed = settings.whole("split_seed");
    int limit = (int) Math.min(settings.whole("limit"), Integer.MAX_VALUE);
    Channels channels = ImageSettings.channels(settings);
    ImageOptions options = ImageSettings.options(settings);
    TrainTest raw = converted(source.load(folder, options), channels);
    try {
      checkClasses(source.name(), raw.train().classes().size(), settings);
      int validation = raw.validation().isPresent() ? 0 : (int) settings.whole("validation");
      check(source.name(), raw.train().size(), validation, limit);
      try (ImageSet all = raw.train()) {
        Splits carved = Splits.carve(all, raw.test(), validation, seed);
        Splits whole = raw.validation().map(own -> replaced(carved, own)).orElse(carved);
        return new ImageData(
            limit == 0 ? whole : limited(whole, limit, seed),
            source.normalization(settings.text("normalization")).forChannels(raw.test().channels()),
            ImageSettings.size(settings),
            source.qualities(options),
            judge,
            raw.notes(),
            folder);
      }
    } catch (RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static Optional<TrainedClassifier> judge(Settings settings, TrainedNetworks trained) {
    if (!settings.has(JUDGE)) {
      return Optional.empty();
    }
    RunRecord run =
        trained.trained(new TrainedNetworks.Wanted("data." + JUDGE, settings.text(JUDGE), 0));
    return Optional.of(TrainedClassifier.of(run));
  }

  private static TrainTest converted(TrainTest given, Channels channels) {
    if (channels.of(given.train().channels()) == given.train().channels()) {
      return given;
    }
    try (given) {
      return new TrainTest(
          channels.applied(given.train()),
          given.validation().map(channels::applied),
          channels.applied(given.test()),
          given.notes());
    }
  }

  private static void checkClasses(String name, int classes, Settings settings) {
    if (settings.has("classes") && settings.whole("classes") != classes) {
      throw new DataException(
          "Data set " + name + " is another one than this experiment expects",
          List.of(
              "it has %d classes, data.classes = %d".formatted(classes, settings.whole("classes"))),
          "Choose data.classes = %d, or another data set.".formatted(classes));
    }
  }

  private static Splits replaced(Splits carved, ImageSet validation) {
    carved.validation().close();
    return new Splits(carved.train(), validation, carved.test());
  }

  private static void check(String name, int size, int validation, int limit) {
    int left = size - validation;
    if (left < 1 || limit > left) {
      throw new DataException(
          "Data set " + name + " is too small for this experiment",
          List.of(
              "it has %d training images, data.validation = %d and data.limit = %d"
                  .formatted(size, validation, limit)),
          left < 1
              ? "Choose data.validation below %d.".formatted(size)
              : "Choose data.limit up to %d.".formatted(left));
    }
  }

  private static Splits limited(Splits whole, int limit, long seed) {
    if (limit == whole.train().size()) {
      return whole;
    }
    // The validation part of a carve is a stratified choice: here it is what training keeps.
    try (ImageSet all = whole.train()) {
      Splits choice = Splits.carve(all, whole.test(), limit, seed);
      choice.train().close();
      return new Splits(choice.validation(), whole.validation(), whole.test());
    }
  }

  /** What a network must be built for. */
  public Images shape() {
    ImageSet train = splits.train();
    int size = resampled == 0 ? train.height() : resampled;
    return new Images(train.channels(), size, train.classes().size());
  }

  @Override
  public Task task(RunSpec spec, Prefetch prefetch) {
    return Denoisers.isDenoiser(spec.settings().text("model.name"))
        ? new ImageDiffusion(spec, this, prefetch)
        : new ImageClassification(spec, this, prefetch);
  }

  @Override
  public void close() {
    splits.close();
    judge.ifPresent(TrainedClassifier::close);
  }
}
