package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.catalog.FlatConfiguration;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.run.Workplace;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.record.StudySeal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * One run without a file: the options are written as an experiment, which then goes the usual way.
 */
@Command(
    name = "train",
    description = {
      "Train one network with one optimizer; short for an experiment file with one run.",
      "On cifar10 the recipe of experiments/cifar10-optimizers.yaml is the default.",
      "With --config, --dataset or --model_name the words of a training script are understood."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  steepest train --model resnet18 --data cifar10 --optimizer muon --epochs 80",
      "  steepest train --model small-cnn --data shapes --optimizer dion --set optimizer.rank_fraction=0.5",
      "  steepest train --model vit --opt adam --epochs 80 --amp --out_dir ./results/vit_adam",
      "  steepest train --config config_cifar10.yaml --optimizer muon --lr 0.02 --epochs 5"
    })
final class TrainCommand implements Callable<Integer> {
  /** Names of the CIFAR-10 benchmark (its {@code training.py}) for what we call otherwise. */
  private static final Map<String, String> BENCHMARK_NAMES =
      Map.of("resnet", "resnet18", "vit", "mini-vit", "adam", "adamw");

  private enum Recipe {
    PLAIN,
    CIFAR
  }

  private final Console console;

  @Option(names = "--model", paramLabel = "NAME", description = "See 'list models'.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "See 'list datasets' (default: cifar10).")
  private Optional<String> data = Optional.empty();

  @ArgGroup private Rule rule = new Rule();

  private static final class Rule {
    @Option(names = "--optimizer", paramLabel = "NAME", description = "See 'list optimizers'.")
    private Optional<String> named = Optional.empty();

    @Option(
        names = "--opt",
        paramLabel = "NAME",
        description = "The same in the benchmark's words: 'adam' is its AdamW.")
    private Optional<String> benchmark = Optional.empty();

    private Optional<String> name() {
      return named.or(() -> benchmark.map(b -> BENCHMARK_NAMES.getOrDefault(b, b)));
    }
  }

  @ArgGroup private Length length = new Length();

  private static final class Length {
    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Passes over the data (default: 80).")
    private Optional<String> epochs = Optional.empty();

    @Option(
        names = "--steps",
        paramLabel = "N",
        description = "Optimizer steps, in place of epochs: usual for text.")
    private Optional<String> steps = Optional.empty();

    private String setting() {
      return steps.map(n -> "training.steps=" + n).orElse("training.epochs=" + epochs.orElse("80"));
    }
  }

  @Option(
      names = {"--batch", "--batch_size"},
      paramLabel = "N",
      description = "Images, or sequences of text, per step (default: 1024).")
  private Optional<String> batch = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Default: 42.")
  private Optional<String> seed = Optional.empty();

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Learning rate of the optimizer's main group.")
  private Optional<String> lr = Optional.empty();

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "fp32, bf16 or fp16 (default: bf16).")
  private Optional<String> precision = Optional.empty();

  @Option(
      names = "--recipe",
      paramLabel = "R",
      description = "plain or cifar (default: cifar for cifar10).")
  private Optional<Recipe> recipe = Optional.empty();

  @Option(names = "--name", paramLabel = "NAME", description = "Names the folder of the run.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other setting, as in 'run'; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--dry-run", description = "Print the plan and stop.")
  private boolean dryRun;

  @ArgGroup(heading = "%nFlags of the CIFAR-10 benchmark:%n", exclusive = false)
  private BenchmarkFlags benchmark = new BenchmarkFlags();

  @ArgGroup(heading = "%nWords of a training script:%n", exclusive = false)
  private FlatFlags flat = new FlatFlags();

  @Mixin private WorkplaceOptions bench;

  TrainCommand(Console console) {
    this.console = console;
  }

  /**
   * A run as the command line describes it.
   *
   * @param name of its folder
   * @param settings laid over an empty experiment
   * @param notes for the person at the console
   */
  private record Request(
      String name, List<Setting> settings, List<String> notes, Workplace bench) {}

  @Override
  public Integer call() {
    if (flat.given() && !flat.describesRun()) {
      throw new UserError(
          "%s: words of a training script need --config, --dataset or --model_name; beside --model write --set, e.g. --set schedule=plateau."
              .formatted(
                  String.join(", ", flat.words().stream().map(w -> "--" + w.key()).toList())));
    }
    Request request = flat.describesRun() ? inFlatWords() : plain();
    request.notes().forEach(console::note);
    String text = "name: " + request.name() + "\n";
    Experiment experiment =
        ExperimentFile.readWith(text, "command line", request.settings(), new Catalog());
    String source =
        StudySeal.source(text, request.settings().stream().map(Setting::assignment).toList());
    ExperimentSession session =
        new ExperimentSession(console, experiment, bench.folder(experiment.name()), source);
    return dryRun ? session.dryRun() : session.run(request.bench());
  }

  private Request plain() {
    String network = model.map(m -> BENCHMARK_NAMES.getOrDefault(m, m)).orElse("");
    String set = data.orElse("cifar10");
    String optimizer = rule.name().orElse("");
    if (network.isEmpty() || optimizer.isEmpty()) {
      throw new UserError(
          "A run needs --model and --optimizer, or a file by --config; see 'steepest list models' and 'steepest list optimizers'.");
    }
    List<String> settings = new ArrayList<>();
    settings.add("model=" + network);
    settings.add("data=" + set);
    settings.add("optimizer=" + optimizer);
    settings.add(length.setting());
    settings.add("training.batch=" + batch.orElse("1024"));
    settings.add("seeds=[" + seed.orElse("42") + "]");
    if (Networks.isLanguage(network)) {
      settings.add("verdict={metric: test_loss}");
    }
    if (recipe.orElse(set.equals("cifar10") ? Recipe.CIFAR : Recipe.PLAIN) == Recipe.CIFAR) {
      settings.addAll(CIFAR_RECIPE);
    }
    BenchmarkFlags.Meaning flags = benchmark.with(optimizer);
    List<String> notes =
        flags.without().isEmpty()
            ? List.of()
            : List.of(
                "Without meaning for %s: %s"
                    .formatted(optimizer, String.join(", ", flags.without())));
    settings.addAll(flags.settings());
    lr.ifPresent(value -> settings.add("optimizer.lr=" + value));
    precision.ifPresent(value -> settings.add("training.precision=" + value));
    settings.addAll(overrides);
    return new Request(
        name.orElse("train-%s-%s-%s".formatted(network, set, optimizer)),
        settings.stream().map(Setting::option).toList(),
        notes,
        bench.bench());
  }

  /** A file of words, the flags over it, then what {@code --set} sets. */
  private Request inFlatWords() {
    List<Setting> words = new ArrayList<>();
    Optional<Path> file = flat.config().map(ConfigurationFiles::find);
    file.ifPresent(
        f -> words.addAll(FlatConfiguration.read(ExperimentFiles.text(f), f.toString())));
    words.addAll(flat.words());
    if (model.isPresent()) {
      throw new UserError(
          "--model %s: with --config, --dataset or --model_name networks are named by --model_name, or by --set model=%s."
              .formatted(model.get(), model.get()));
    }
    FlatFlags.add(words, "dataset", data);
    FlatFlags.add(words, "optimizer", rule.name());
    FlatFlags.add(words, "epochs", length.epochs);
    FlatFlags.add(words, "batch_size", batch);
    FlatFlags.add(words, "seed", seed);
    FlatFlags.add(words, "lr", lr);
    FlatFlags.add(words, "momentum", benchmark.momentum());
    FlatFlags.add(words, "weight_decay", benchmark.weightDecay());
    FlatFlags.add(words, "name", name);
    FlatConfiguration.Meaning meaning = FlatConfiguration.of(words);
    List<Setting> settings = new ArrayList<>(meaning.settings());
    String optimizer =
        settings.stream()
            .filter(s -> s.key().equals("optimizer"))
            .map(Setting::value)
            .reduce("", (_, later) -> later);
    BenchmarkFlags.Meaning flags = benchmark.with(optimizer);
    flags.settings().forEach(s -> settings.add(Setting.option(s)));
    length.steps.ifPresent(n -> settings.add(Setting.option("training.steps=" + n)));
    precision.ifPresent(p -> settings.add(Setting.option("training.precision=" + p)));
    overrides.forEach(o -> settings.add(Setting.option(o)));
    String folder = file.map(f -> "train-" + ExperimentFiles.nameOf(f)).orElse("train");
    return new Request(
        meaning.name().orElse(folder),
        settings,
        meaning.notes(),
        bench.bench(WorkplaceOptions.Hints.of(meaning)));
  }

  /** As experiments/cifar10-optimizers.yaml has it; a test holds the two equal. */
  static final List<String> CIFAR_RECIPE =
      List.of(
          "data.validation=5000",
          "augmentation={policy: trivial_augment_wide, crop: 4, flip: random, erase: 0.25}",
          "schedule.warmup_epochs=1",
          "training.clip_norm=1.0",
          "training.label_smoothing=0.1");
}
