package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Section;
import dev.steepest.study.experiment.Term;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what can be named, with its settings. */
@Command(
    name = "list",
    description =
        "List optimizers, wrappers, models, datasets, schedules, settings or experiments.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  steepest list optimizers",
      "  steepest list optimizers --keys",
      "  steepest list optimizers muon"
    })
final class ListCommand implements Runnable {
  private final Console console;

  private enum What {
    OPTIMIZERS,
    WRAPPERS,
    MODELS,
    DATASETS,
    SCHEDULES,
    SETTINGS,
    EXPERIMENTS
  }

  @Parameters(
      index = "0",
      paramLabel = "WHAT",
      description = "optimizers, wrappers, models, datasets, schedules, settings or experiments.")
  private What what;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      index = "1",
      description = "One preset, rule or wrapper: source, state, cost, hyper-parameters.")
  private String name;

  @Option(names = "--keys", description = "Show every setting with its range and default.")
  private boolean keys;

  @Option(names = "--markdown", description = "With optimizers: the page docs/optimizers.md.")
  private boolean markdown;

  ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (what != What.OPTIMIZERS && (name != null || markdown)) {
      throw new UserError("Only optimizers have a NAME or --markdown, not " + word(what) + ".");
    }
    switch (what) {
      case OPTIMIZERS -> optimizers();
      case WRAPPERS -> terms(Catalog.wrappers());
      case MODELS -> terms(Catalog.MODEL);
      case DATASETS -> terms(Catalog.DATA);
      case SCHEDULES -> terms(Catalog.SCHEDULE);
      case SETTINGS -> settings();
      case EXPERIMENTS -> experiments();
    }
  }

  private void optimizers() {
    if (markdown) {
      console.say(OptimizerPage.of(OptimizerMeasurements.installed()).stripTrailing());
      return;
    }
    if (name != null) {
      new OptimizerDetails(console, OptimizerMeasurements.installed()).show(name);
      return;
    }
    terms(Catalog.OPTIMIZER);
    console.note("steepest list optimizers NAME shows source, memory, cost and hyper-parameters.");
  }

  private static String word(What what) {
    return what.name().toLowerCase(Locale.ROOT);
  }

  private void terms(String section) {
    terms(section(section).terms());
  }

  private void terms(List<Term> terms) {
    for (Term term : terms) {
      console.say("%-14s %s".formatted(term.name(), term.about()));
      if (keys) {
        describe(term, "    ");
        console.say("");
      }
    }
  }

  private void settings() {
    for (String name : List.of(Catalog.AUGMENTATION, Catalog.TRAINING)) {
      console.say("%s: %s".formatted(name, section(name).about()));
      describe(section(name).terms().getFirst(), "    ");
    }
  }

  private void describe(Term term, String indent) {
    for (Key key : term.keys()) {
      String allowed = key.choices().isEmpty() ? key.range() : String.join(" | ", key.choices());
      String preset =
          key.preset()
              .filter(p -> p != Key.Default.INHERITED)
              .map(p -> ", default " + p)
              .orElse("");
      console.say(
          "%s%-18s %s%s%s"
              .formatted(
                  indent,
                  key.name(),
                  key.about(),
                  preset,
                  allowed.isEmpty() ? "" : "; " + allowed));
    }
    for (Term part : term.parts()) {
      if (part.presence() == Term.Presence.IF_GIVEN) {
        continue; // the same for every optimizer: listed as wrappers
      }
      console.say(indent + part.name() + ":  " + part.about());
      describe(part, indent + "    ");
    }
  }

  private static Section section(String name) {
    return new Catalog()
        .sections().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private void experiments() {
    if (ExperimentFiles.all().isEmpty()) {
      console.note("There is no folder 'experiments' here or in the installation.");
    }
    for (Path file : ExperimentFiles.all()) {
      String title =
          ExperimentFiles.text(file)
              .lines()
              .filter(line -> line.startsWith("title:"))
              .map(line -> line.substring("title:".length()).strip())
              .findFirst()
              .orElse("");
      console.say("%-28s %s".formatted(ExperimentFiles.nameOf(file), title));
    }
  }
}
