package dev.steepest.lab.catalog;

import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.lab.model.field.Fields;
import dev.steepest.lab.task.ScoreSettings;
import dev.steepest.optim.Knobs;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrappers;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Section;
import dev.steepest.study.experiment.Section.Form;
import dev.steepest.study.experiment.Section.Part;
import dev.steepest.study.experiment.Term;
import dev.steepest.study.experiment.Vocabulary;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.PictureMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The vocabulary of experiment files, generated from the declarations of optimizers, networks and
 * data sets. Nothing is listed twice: what exists can be named.
 */
public final class Catalog implements Vocabulary {
  public static final String MODEL = "model";
  public static final String DATA = "data";
  public static final String AUGMENTATION = "augmentation";
  public static final String OPTIMIZER = "optimizer";
  public static final String SCHEDULE = "schedule";
  public static final String TRAINING = "training";
  public static final String EVALUATION = "evaluation";

  static final String NAME = "name";

  private static final String CLASSIFICATION = "classification";
  private static final String LANGUAGE = "language";
  private static final String DIFFUSION = "diffusion";
  private static final String DISTILLATION = "distillation";

  private final List<Section> sections =
      List.of(
          new Section(MODEL, "the network", Form.CHOICE, Part.PROBLEM, Optional.empty(), models()),
          new Section(DATA, "the data set", Form.CHOICE, Part.PROBLEM, Optional.empty(), data()),
          new Section(OPTIMIZER, "the rule", Form.CHOICE, Part.ARM, Optional.empty(), optimizers()),
          new Section(
              SCHEDULE,
              "how the learning rate moves, by optimizer steps",
              Form.CHOICE,
              Part.ARM,
              Optional.of("cosine"),
              ScheduleTerms.all()),
          Section.ofKeys(
              AUGMENTATION,
              "random changes of training images",
              Part.ARM,
              TrainingKeys.augmentation()),
          new Section(
              TRAINING,
              "the loop",
              Form.KEYS,
              Part.ARM,
              Optional.of(""),
              List.of(
                  new Term("", "the loop", TrainingKeys.training(), TrainingKeys.trainingParts()))),
          Section.ofKeys(
              EVALUATION, "how a network is measured", Part.ARM, TrainingKeys.evaluation()));

  @Override
  public List<Section> sections() {
    return sections;
  }

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>(usualMetrics());
    for (String name : PictureMetric.NAMES) {
      metrics.add("test_" + name);
      metrics.add("val_" + name);
    }
    return metrics;
  }

  private static List<String> usualMetrics() {
    return List.of(
        Metric.TEST_ACCURACY,
        Metric.TEST_LOSS,
        Metric.TTA_ACCURACY,
        Metric.TTA_LOSS,
        Metric.TOTAL_SECONDS,
        Metric.VAL_ACCURACY,
        Metric.VAL_LOSS,
        Metric.TRAIN_LOSS,
        Metric.TRAIN_ACCURACY,
        Metric.TEST_PERPLEXITY,
        Metric.VAL_PERPLEXITY,
        Metric.TOKENS_PER_SECOND);
  }

  @Override
  public Map<String, Object> complete(String section, Map<String, Object> settings) {
    return switch (section) {
      case MODEL -> PretrainedKeys.complete(settings);
      case DATA ->
          ScoreSettings.NAME.equals(settings.get(NAME))
              ? ScoreKeys.complete(settings)
              : ImageKeys.complete(settings);
      case OPTIMIZER -> withKnobs(settings);
      case AUGMENTATION -> TrainingKeys.withoutTheUsual(settings, Map.of(TrainingKeys.CUTMIX, 0.0));
      case SCHEDULE -> ScheduleTerms.complete(settings);
      case TRAINING -> TrainingKeys.complete(settings);
      case EVALUATION ->
          TrainingKeys.oneOf(
              EVALUATION,
              TrainingKeys.EVERY,
              1L,
              TrainingKeys.EVERY_STEPS,
              TrainingKeys.withoutTheUsual(settings, TrainingKeys.usualEvaluation()));
      default -> settings;
    };
  }

  private static Map<String, Object> withKnobs(Map<String, Object> settings) {
    Map<String, Object> knobs = new TreeMap<>(settings);
    String name = (String) knobs.remove(NAME);
    Map<String, Object> complete = new TreeMap<>(Preset.named(name).complete(knobs));
    complete.put(NAME, name);
    return complete;
  }

  @Override
  public List<String> tasks() {
    return List.of(CLASSIFICATION, LANGUAGE, DIFFUSION, DISTILLATION);
  }

  @Override
  public String task(Map<String, Map<String, Object>> settings) {
    String model = (String) settings.get(MODEL).get(NAME);
    if (Denoisers.isDenoiser(model)) {
      return DIFFUSION;
    }
    if (Fields.isField(model)) {
      return DISTILLATION;
    }
    return Networks.isLanguage(model) ? LANGUAGE : CLASSIFICATION;
  }

  @Override
  public List<String> objections(Map<String, Map<String, Object>> settings) {
    return Objections.to(settings);
  }

  private static List<Term> models() {
    return Stream.<List<? extends NetworkKind<?>>>of(
            Networks.all(), Networks.language(), Denoisers.all(), Fields.all())
        .flatMap(List::stream)
        .map((NetworkKind<?> kind) ->
            new Term(
                kind.name(),
                kind.description(),
                Stream.concat(kind.settings().stream().map(Catalog::key), given(kind)).toList(),
                List.of()))
        .toList();
  }

  /**
   * What files say beside a network's own settings: classifiers can begin from weights that were
   * trained before, and of denoising networks it is said what noise they find.
   */
  private static Stream<Key> given(NetworkKind<?> kind) {
    if (Denoisers.all().contains(kind)) {
      return DiffusionKeys.process(kind);
    }
    return Networks.all().contains(kind) ? PretrainedKeys.all().stream() : Stream.of();
  }

  private static Key key(Setting setting) {
    return switch (setting.type()) {
      case INTEGER ->
          Key.whole(
              setting.key(),
              ((Number) setting.standard()).longValue(),
              (long) setting.least(),
              (long) setting.most(),
              setting.meaning());
      case REAL ->
          Key.number(
              setting.key(),
              ((Number) setting.standard()).doubleValue(),
              "[%s, %s]".formatted(setting.least(), setting.most()),
              v -> v >= setting.least() && v <= setting.most(),
              setting.meaning());
      // A list in a file is an axis, so several numbers are written as one text: "512 256".
      case INTEGERS ->
          Key.word(
              setting.key(),
              ((List<?>) setting.standard())
                  .stream().map(String::valueOf).collect(Collectors.joining(" ")),
              List.of(),
              setting.meaning() + ", as one text");
      case WORD ->
          Key.word(setting.key(), (String) setting.standard(), setting.words(), setting.meaning());
    };
  }

  private static List<Term> data() {
    return Stream.of(ImageKeys.all(), TextKeys.all(), List.of(ScoreKeys.term()))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Term> optimizers() {
    return Preset.all().stream().map(Catalog::optimizer).toList();
  }

  private static Term optimizer(Preset preset) {
    List<Key> keys = new ArrayList<>();
    List<Term> parts = new ArrayList<>();
    for (Preset.Slot slot : preset.slots()) {
      List<Key> declared = preset.knobs(slot).stream().map(Catalog::key).toList();
      if (slot.key().isEmpty()) {
        keys.addAll(declared);
      } else {
        String roles =
            slot.roles().stream()
                .map(r -> r.name().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining(", "));
        parts.add(
            new Term(
                slot.key(), slot.rule().getSimpleName() + " on " + roles, declared, List.of()));
      }
    }
    parts.addAll(wrappers());
    return new Term(preset.name(), preset.about(), keys, parts);
  }

  /** What can be put around every optimizer, next to its settings. */
  public static List<Term> wrappers() {
    return Wrappers.all().stream()
        .map(wrapper ->
            new Term(
                Wrappers.name(wrapper),
                "around all: " + wrapper.getAnnotation(Source.class).title() + ", if given",
                Knobs.of(Wrappers.hyper(wrapper)).stream().map(Catalog::key).toList(),
                List.of(),
                Term.Presence.IF_GIVEN))
        .toList();
  }

  private static Key key(Knobs.Declared knob) {
    Key.Type type =
        knob.type() == long.class
            ? Key.Type.WHOLE
            : knob.type() == boolean.class
                ? Key.Type.FLAG
                : knob.type().isEnum() ? Key.Type.WORD : Key.Type.NUMBER;
    // Left to the preset, which knows what a slot takes over from the main one.
    return new Key(
        knob.key(),
        type,
        Optional.of(Key.Default.INHERITED),
        knob.allowed(),
        knob.range()::contains,
        knob.choices(),
        knob.about() + " (" + knob.symbol() + "), default " + knob.defaultValue());
  }
}
