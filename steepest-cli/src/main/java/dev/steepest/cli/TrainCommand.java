package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.model.Networks;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.record.StudySeal;
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
      "On cifar10 the recipe of experiments/cifar10-optimizers.yaml is the default."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  steepest train --model resnet18 --data cifar10 --optimizer muon --epochs 80",
      "  steepest train --model small-cnn --data shapes --optimizer dion --set optimizer.rank_fraction=0.5",
      "  steepest train --model vit --opt adam --epochs 80 --amp --out_dir ./results/vit_adam"
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

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "See 'list models'.")
  private String model;

  @Option(
      names = "--data",
      defaultValue = "cifar10",
      paramLabel = "NAME",
      description = "See 'list datasets' (default: ${DEFAULT-VALUE}).")
  private String data;

  @ArgGroup(multiplicity = "1")
  private Rule rule;

  private static final class Rule {
    @Option(names = "--optimizer", paramLabel = "NAME", description = "See 'list optimizers'.")
    private Optional<String> named = Optional.empty();

    @Option(
        names = "--opt",
        paramLabel = "NAME",
        description = "The same in the benchmark's words: 'adam' is its AdamW.")
    private Optional<String> benchmark = Optional.empty();

    private String name() {
      return named.or(() -> benchmark.map(b -> BENCHMARK_NAMES.getOrDefault(b, b))).orElseThrow();
    }
  }

  @ArgGroup private Length length = new Length();

  private static final class Length {
    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Passes over the data (default: 80).")
    private String epochs = "80";

    @Option(
        names = "--steps",
        paramLabel = "N",
        description = "Optimizer steps, in place of epochs: usual for text.")
    private Optional<String> steps = Optional.empty();

    private String setting() {
      return steps.map(n -> "training.steps=" + n).orElse("training.epochs=" + epochs);
    }
  }

  @Option(
      names = {"--batch", "--batch_size"},
      defaultValue = "1024",
      paramLabel = "N",
      description = "Images, or sequences of text, per step (default: ${DEFAULT-VALUE}).")
  private String batch;

  @Option(
      names = "--seed",
      defaultValue = "42",
      paramLabel = "N",
      description = "Default: ${DEFAULT-VALUE}.")
  private String seed;

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

  @Mixin private WorkplaceOptions bench;

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String network = BENCHMARK_NAMES.getOrDefault(model, model);
    String optimizer = rule.name();
    List<String> settings = new ArrayList<>();
    settings.add("model=" + network);
    settings.add("data=" + data);
    settings.add("optimizer=" + optimizer);
    settings.add(length.setting());
    settings.add("training.batch=" + batch);
    settings.add("seeds=[" + seed + "]");
    if (Networks.isLanguage(network)) {
      settings.add("verdict={metric: test_loss}");
    }
    Recipe chosen = recipe.orElse(data.equals("cifar10") ? Recipe.CIFAR : Recipe.PLAIN);
    if (chosen == Recipe.CIFAR) {
      settings.addAll(CIFAR_RECIPE);
    }
    BenchmarkFlags.Meaning flags = benchmark.with(optimizer);
    if (!flags.without().isEmpty()) {
      console.note(
          "Without meaning for %s: %s".formatted(optimizer, String.join(", ", flags.without())));
    }
    settings.addAll(flags.settings());
    lr.ifPresent(value -> settings.add("optimizer.lr=" + value));
    precision.ifPresent(value -> settings.add("training.precision=" + value));
    settings.addAll(overrides);

    String folder = name.orElse("train-%s-%s-%s".formatted(network, data, optimizer));
    String text = "name: " + folder + "\n";
    Experiment experiment = ExperimentFile.read(text, "command line", settings, new Catalog());
    ExperimentSession session =
        new ExperimentSession(
            console, experiment, bench.folder(experiment.name()), StudySeal.source(text, settings));
    return dryRun ? session.dryRun() : session.run(bench.bench());
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
