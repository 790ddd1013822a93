package dev.steepest.lab.catalog;

import dev.steepest.lab.data.source.DataSources;
import dev.steepest.optim.Preset;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.YamlFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A configuration in the flat words of training scripts ({@code dataset}, {@code model_name},
 * {@code lr} …; seed 5's pipeline, ioanamuha/CARN-H3, {@code main.py} and its {@code
 * config_*.yaml}) told in the settings of an experiment. Dotted settings of ours may stand beside
 * flat words; what is said later wins.
 *
 * <p>Otherwise than there: photographs are cropped from a border, not at random scales; the
 * validation images are carved from the training images, never the test set; the image size reaches
 * every network, and networks for small images get the stem for small images; mixed precision is
 * bf16.
 */
public final class FlatConfiguration {
  /** Assumed: what the published pipeline calls small, and crops with a border of four. */
  private static final int SMALL = 32;

  private static final Map<String, String> DATA_SETS =
      Map.of(
          "oxfordiiitpet", "pets",
          "oxford_iiit_pet", "pets",
          "oxfordpets", "pets",
          "oxford-iiit-pet", "pets",
          "cifar-10", "cifar10",
          "cifar-100", "cifar100",
          "fashionmnist", "fashion-mnist",
          "fashion_mnist", "fashion-mnist");
  private static final Set<String> OF_DRAWINGS = Set.of("mnist", "fashion-mnist");
  private static final Set<String> OF_PHOTOGRAPHS = Set.of("pets", "folder");
  private static final long WIDEST_BORDER = 64;
  private static final String SIZE = "data.size";
  private static final String IMAGENET = "imagenet";
  private static final Map<String, String> MODELS =
      Map.of("resnet18", "timm-resnet18", "resnet50", "timm-resnet50");
  private static final Set<String> WITH_STEMS =
      Set.of("timm-resnet18", "timm-resnet50", "resnest14d", "resnest26d");

  /** Keys of an experiment that are no sections and no words of their own. */
  private static final Set<String> HEADER = Set.of("title", "about", "seeds", "verdict");

  private final SequencedMap<String, Said> words = new LinkedHashMap<>();
  private final List<Said> dotted = new ArrayList<>();
  private final Problems problems = new Problems();
  private final List<Said> settings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final SequencedSet<String> trackers = new LinkedHashSet<>();

  private FlatConfiguration() {}

  /**
   * Something that was said.
   *
   * @param order of saying it; what follows from others is {@link #IMPLIED}
   */
  private record Said(int order, Setting setting) {
    static final int IMPLIED = -1;

    String value() {
      return setting.value();
    }

    /** Names are chosen before their settings are set; else later wins over earlier. */
    static final Comparator<Said> ORDER =
        Comparator.<Said>comparingInt(said -> said.setting.key().contains(".") ? 1 : 0)
            .thenComparingInt(Said::order);
  }

  /**
   * What a flat configuration says.
   *
   * @param settings to be laid over an empty experiment, in this order
   * @param notes for the person at the console: words without effect
   * @param trackers that it asks for, as {@code --track} names them
   * @param data its folder of data sets
   * @param device that it names
   * @param name of the run
   */
  public record Meaning(
      List<Setting> settings,
      List<String> notes,
      List<String> trackers,
      Optional<String> data,
      Optional<String> device,
      Optional<String> name) {
    public Meaning {
      settings = List.copyOf(settings);
      notes = List.copyOf(notes);
      trackers = List.copyOf(trackers);
    }
  }

  /**
   * The words of a file, each knowing its line.
   *
   * @throws dev.steepest.study.file.ProblemsException if it is no YAML mapping
   */
  public static List<Setting> read(String text, String file) {
    Problems problems = new Problems();
    Mapping root =
        YamlFile.read(text, file, "a configuration has lines like 'dataset: cifar10'", problems);
    problems.throwIfAny("The configuration cannot be read:");
    List<Setting> words = new ArrayList<>();
    root.entries()
        .forEach((word, value) ->
            words.add(new Setting(word, value.flow(), value.where() + ": " + word)));
    return words;
  }

  /**
   * What words mean together; later ones win over earlier ones.
   *
   * @throws dev.steepest.study.file.ProblemsException naming every unknown word
   */
  public static Meaning of(List<Setting> words) {
    FlatConfiguration flat = new FlatConfiguration();
    for (int i = 0; i < words.size(); i++) {
      flat.take(new Said(i, words.get(i)));
    }
    flat.problems.throwIfAny("The configuration has problems:");
    return flat.meaning();
  }

  private void take(Said said) {
    Setting given = said.setting;
    String word = given.key();
    boolean ofSection = isSection(word) && (!FlatWords.known(word) || isMapping(given));
    if (word.contains(".") || HEADER.contains(word) || ofSection) {
      dotted.add(said);
    } else if (FlatWords.known(word)) {
      words.put(FlatWords.canonical(word), said);
    } else {
      problems.add(given.where(), Problems.unknown("word", word, FlatWords.all()));
    }
  }

  private static boolean isMapping(Setting given) {
    return given.value().startsWith("{");
  }

  private static boolean isSection(String word) {
    return new Catalog().sections().stream().anyMatch(section -> section.name().equals(word));
  }

  private Meaning meaning() {
    data();
    model();
    optimizer();
    schedule();
    loop();
    trackers();
    settings.addAll(dotted);
    return new Meaning(
        settings.stream().sorted(Said.ORDER).map(Said::setting).toList(),
        notes,
        List.copyOf(trackers),
        text(FlatWords.DATA_ROOT),
        text(FlatWords.DEVICE),
        text(FlatWords.NAME));
  }

  private void data() {
    set(FlatWords.DATASET, "data", FlatConfiguration::dataSet);
    set(FlatWords.IMAGE_SIZE, SIZE);
    set(FlatWords.CLASSES, "data.classes");
    List<String> ofLoaders = FlatWords.OF_LOADERS.stream().filter(words::containsKey).toList();
    if (!ofLoaders.isEmpty()) {
      notes.add(String.join(", ", ofLoaders) + ": without meaning, as sets lie in memory");
    }
    Optional<String> name = text(FlatWords.DATASET).map(FlatConfiguration::dataSet);
    if (name.isEmpty()) {
      return;
    }
    if (OF_DRAWINGS.contains(name.get())) {
      imply("data.channels=rgb");
    } else {
      imply("augmentation={flip: random, crop: " + border(name.get()) + "}");
    }
  }

  /**
   * An eighth of the side, as the published pipeline has it for small images. Sets of small images
   * are cropped before they are resampled, photographs are decoded to the size that is asked for.
   */
  private long border(String set) {
    return OF_PHOTOGRAPHS.contains(set) ? Math.min(imageSize() / 8, WIDEST_BORDER) : SMALL / 8;
  }

  /** As it is given, by either name; else that of the set. */
  private long imageSize() {
    return dotted.stream()
        .filter(said -> said.setting.key().equals(SIZE))
        .reduce((_, later) -> later)
        .map(Said::value)
        .or(() -> text(FlatWords.IMAGE_SIZE))
        .filter(size -> size.matches("\\d{1,5}"))
        .map(Long::parseLong)
        .filter(size -> size > 0)
        .orElseGet(this::usualSize);
  }

  /**
   * Photographs are decoded to a size of their own where none is given; the other sets are small.
   */
  private long usualSize() {
    String set = text(FlatWords.DATASET).map(FlatConfiguration::dataSet).orElse("");
    return OF_PHOTOGRAPHS.contains(set)
        ? DataSources.named(set).standard().decoding().size()
        : SMALL;
  }

  private static String dataSet(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    return DATA_SETS.getOrDefault(plain, plain);
  }

  private void model() {
    set(FlatWords.MODEL, "model", FlatConfiguration::network);
    Optional<String> network = text(FlatWords.MODEL).map(FlatConfiguration::network);
    boolean pretrained = text(FlatWords.PRETRAINED).map(FlatConfiguration::isOn).orElse(false);
    if (pretrained) {
      set(FlatWords.PRETRAINED, "model.pretrained", given -> weights(given, network));
      normaliseAsPretrained();
    } else if (network.filter(WITH_STEMS::contains).isPresent() && imageSize() <= SMALL) {
      imply("model.stem=cifar");
    }
  }

  /** Weights of others were trained on images normalised as those of ImageNet. */
  private void normaliseAsPretrained() {
    String set = text(FlatWords.DATASET).map(FlatConfiguration::dataSet).orElse("");
    boolean has =
        DataSources.all().stream()
            .filter(source -> source.name().equals(set))
            .anyMatch(source -> source.normalizations().containsKey(IMAGENET));
    if (has) {
      imply("data.normalization=" + IMAGENET);
    }
  }

  /** The file, or where it is only said that there shall be one, that of the network's name. */
  private static String weights(String given, Optional<String> network) {
    return isTrue(given) ? network.orElse("") : given;
  }

  private static String network(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    return MODELS.getOrDefault(plain, plain);
  }

  private void optimizer() {
    Optional<String> named = text(FlatWords.OPTIMIZER).map(name -> name.toLowerCase(Locale.ROOT));
    boolean sam = named.filter("sam"::equals).isPresent();
    String rule = sam ? "sgd" : named.orElse("");
    set(FlatWords.OPTIMIZER, "optimizer", _ -> rule);
    if (rule.equals("sgd")) {
      imply("optimizer.nesterov=false"); // as torch has it
    }
    ofRule(FlatWords.LR, rule);
    ofRule(FlatWords.MOMENTUM, rule);
    ofRule(FlatWords.NESTEROV, rule);
    ofRule(FlatWords.WEIGHT_DECAY, rule);
    if (sam) {
      imply("optimizer.sam={}");
      set(FlatWords.RHO, "optimizer.sam.rho");
      set(FlatWords.ADAPTIVE, "optimizer.sam.adaptive");
    } else {
      without(FlatWords.RHO, "without SAM");
      without(FlatWords.ADAPTIVE, "without SAM");
    }
  }

  /** A setting of the rule, if it has one of that name; a rule that is not there is told later. */
  private void ofRule(String word, String rule) {
    boolean known = Preset.all().stream().anyMatch(preset -> preset.name().equals(rule));
    if (!known || has(rule, word)) {
      set(word, "optimizer." + word);
    } else {
      without(word, "for " + rule);
    }
  }

  private static boolean has(String preset, String key) {
    Preset meant = Preset.named(preset);
    return meant.slots().stream()
        .filter(slot -> slot.key().isEmpty())
        .flatMap(slot -> meant.knobs(slot).stream())
        .anyMatch(knob -> knob.key().equals(key));
  }

  private void schedule() {
    String name =
        switch (text(FlatWords.SCHEDULER).orElse("constant").toLowerCase(Locale.ROOT)) {
          case "reducelronplateau", "reduce_lr_on_plateau" -> "plateau";
          case "steplr", "step" -> "steplr";
          case "none", "" -> "constant";
          case "cosineannealinglr" -> "cosine";
          case String other -> other;
        };
    set(FlatWords.SCHEDULER, "schedule", _ -> name);
    if (!words.containsKey(FlatWords.SCHEDULER)) {
      imply("schedule=constant");
    }
    ofSchedule(FlatWords.STEP_SIZE, "every_epochs", name, Set.of("steplr"));
    ofSchedule(FlatWords.GAMMA, "gamma", name, Set.of("steplr", "multistep", "exponential"));
    ofSchedule(FlatWords.PATIENCE, "patience", name, Set.of("plateau"));
    ofSchedule(FlatWords.FACTOR, "factor", name, Set.of("plateau"));
  }

  private void ofSchedule(String word, String key, String name, Set<String> meant) {
    if (meant.contains(name)) {
      set(word, "schedule." + key);
    } else {
      without(word, "for the schedule " + name);
    }
  }

  private void loop() {
    set(FlatWords.BATCH, "training.batch");
    set(FlatWords.BATCH_SCHEDULE, "training.batch_schedule", FlatConfiguration::batchSchedule);
    set(FlatWords.EPOCHS, "training.epochs");
    set(FlatWords.AMP, "training.precision", on -> isOn(on) ? "bf16" : "fp32");
    set(FlatWords.SMOOTHING, "training.label_smoothing");
    set(FlatWords.CLIP, "training.clip_norm");
    set(FlatWords.MIXUP, "augmentation.mixup");
    set(FlatWords.CUTMIX, "augmentation.cutmix");
    set(FlatWords.EARLY_STOPPING, "training.early_stopping.patience");
    set(FlatWords.SEED, "seeds", seed -> "[" + seed + "]");
  }

  /** {@code {15: 256}} as {@code 15:256}; before the first of them the batch is as it is. */
  private static String batchSchedule(String given) {
    return given.replaceAll("[{}\"',]", " ").replaceAll("\\s*:\\s*", ":").strip();
  }

  private void trackers() {
    if (text(FlatWords.WANDB).map(FlatConfiguration::isOn).orElse(false)) {
      trackers.add("wandb");
    }
    if (text(FlatWords.TENSORBOARD).map(FlatConfiguration::isOn).orElse(false)
        || words.containsKey(FlatWords.LOG_DIR)) {
      trackers.add("tensorboard");
    }
  }

  private Optional<String> text(String word) {
    return Optional.ofNullable(words.get(word)).map(Said::value);
  }

  private void set(String word, String key) {
    set(word, key, value -> value);
  }

  private void set(String word, String key, UnaryOperator<String> meaning) {
    Said said = words.get(word);
    if (said != null) {
      String value = meaning.apply(said.value());
      settings.add(new Said(said.order, new Setting(key, value, said.setting.where())));
    }
  }

  /** What follows from other words, and is not to be blamed on a line. */
  private void imply(String assignment) {
    settings.add(new Said(Said.IMPLIED, Setting.option(assignment)));
  }

  private void without(String word, String reason) {
    if (words.containsKey(word)) {
      notes.add(word + ": without meaning " + reason);
    }
  }

  private static boolean isTrue(String value) {
    return Set.of("true", "yes", "on", "1").contains(value.toLowerCase(Locale.ROOT));
  }

  private static boolean isOn(String value) {
    return !Set.of("false", "no", "off", "0", "none", "").contains(value.toLowerCase(Locale.ROOT));
  }
}
