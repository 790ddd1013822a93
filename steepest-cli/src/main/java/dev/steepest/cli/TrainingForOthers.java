package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.task.TrainedNetworks;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.record.StudySeal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Trains the networks that runs need trained, each once: its record lies in the folder of data
 * sets, in {@code trained/NAME}, and is known by the settings of its run. Where the experiment that
 * trains it says something else one day, it is trained anew.
 */
final class TrainingForOthers implements TrainedNetworks {
  private static final String FOLDER = "trained";
  private static final String STEPS = "training.steps";
  private static final String LOOKS = "evaluation.every_steps";

  private final Console console;
  private final Workplace bench;
  private final Deque<String> underWay = new ArrayDeque<>();

  /**
   * @param bench where they are trained, by this process alone
   */
  TrainingForOthers(Console console, Workplace bench) {
    this.console = console;
    this.bench = bench.with(Team.alone());
  }

  @Override
  public RunRecord trained(Wanted wanted) {
    Training training = training(wanted);
    return usable(wanted, training.before().orElseGet(() -> train(wanted, training)));
  }

  @Override
  public Optional<RunSpec> untrained(Wanted wanted) {
    Training training = training(wanted);
    return training.before().isPresent() ? Optional.empty() : Optional.of(training.spec());
  }

  /**
   * How a network is trained, or was.
   *
   * @param text of the experiment's file
   */
  private record Training(Experiment experiment, String text, RunSpec spec, RecordStore store) {

    /** What is there of it already, in whatever way it ended. */
    Optional<RunRecord> before() {
      return record().filter(RunRecord::done);
    }

    Optional<RunRecord> record() {
      Path run = store.folderOf(spec);
      return RecordStore.isRun(run) ? Optional.of(RecordStore.read(run)) : Optional.empty();
    }
  }

  private Training training(Wanted wanted) {
    Path file = file(wanted);
    String text = ExperimentFiles.text(file);
    Experiment experiment = experiment(wanted, file, text);
    RecordStore store = new RecordStore(bench.data().resolve(FOLDER).resolve(experiment.name()));
    return new Training(experiment, text, onlyRun(wanted, experiment), store);
  }

  private static Path file(Wanted wanted) {
    Path path = Path.of(wanted.experiment());
    if (Files.isRegularFile(path)) {
      return path;
    }
    List<Path> all = ExperimentFiles.all();
    return all.stream()
        .filter(file -> ExperimentFiles.nameOf(file).equals(wanted.experiment()))
        .findFirst()
        .orElseThrow(() ->
            refusal(
                wanted,
                Problems.unknown(
                    "experiment",
                    wanted.experiment(),
                    all.stream().map(ExperimentFiles::nameOf).toList()),
                "Name an experiment file that trains the network."));
  }

  private static Experiment experiment(Wanted wanted, Path file, String text) {
    Catalog catalog = new Catalog();
    try {
      List<Setting> none = List.of();
      Experiment plain = ExperimentFile.readWith(text, file.toString(), none, catalog);
      return wanted.steps() == 0
          ? plain
          : ExperimentFile.readWith(
              text, file.toString(), shortened(onlyRun(wanted, plain).settings(), wanted), catalog);
    } catch (ProblemsException e) {
      throw new DataException(
          "%s = %s names an experiment with problems".formatted(wanted.key(), wanted.experiment()),
          e.problems(),
          "Mend " + file + ".");
    }
  }

  /** A run of other length; one that is shorter than the way to its first look looks at its end. */
  private static List<Setting> shortened(Settings settings, Wanted wanted) {
    List<Setting> set = new ArrayList<>();
    String where = "%s_steps = %d".formatted(wanted.key(), wanted.steps());
    set.add(new Setting(STEPS, Long.toString(wanted.steps()), where));
    if (settings.has(LOOKS) && settings.whole(LOOKS) > wanted.steps()) {
      set.add(new Setting(LOOKS, Long.toString(wanted.steps()), where));
    }
    return set;
  }

  private static RunSpec onlyRun(Wanted wanted, Experiment experiment) {
    List<RunSpec> plan = Plan.of(experiment);
    if (plan.size() != 1) {
      throw refusal(
          wanted,
          "its experiment has %d runs".formatted(plan.size()),
          "Name one of a single arm and a single seed.");
    }
    Settings settings = plan.getFirst().settings();
    if (!settings.has("training.save") || settings.text("training.save").equals("none")) {
      throw refusal(
          wanted, "its run keeps no weights", "Write training: {save: last} in its experiment.");
    }
    return plan.getFirst();
  }

  private RunRecord train(Wanted wanted, Training training) {
    Experiment experiment = training.experiment();
    RecordStore store = training.store();
    RunSpec spec = training.spec();
    if (underWay.contains(experiment.name())) {
      throw refusal(
          wanted,
          "it would be trained with itself: "
              + String.join(" for ", underWay.reversed())
              + " for "
              + experiment.name(),
          "Name another experiment.");
    }
    console.note(
        "%s = %s is trained first, once, into %s"
            .formatted(wanted.key(), wanted.experiment(), store.folder()));
    underWay.push(experiment.name());
    try (StopSignal signal = new StopSignal(Console.silent(), "");
        Laboratory laboratory =
            new Laboratory(bench.with(this), new Progress(console, store.folder()))) {
      signal.whenAsked(laboratory::requestStop);
      List<String> problems = laboratory.problems(List.of(spec));
      if (!problems.isEmpty()) {
        throw refusal(wanted, problems, "Mend its experiment, or name another one.");
      }
      seal(training);
      if (laboratory.run(List.of(spec), store).stopped()) {
        throw new UserError(
            "Stopped while %s was trained; the same command goes on from there."
                .formatted(experiment.name()));
      }
    } finally {
      underWay.pop();
    }
    return training
        .record()
        .orElseThrow(
            () -> refusal(wanted, "its record cannot be read", "Remove " + store.folder() + "."));
  }

  private static void seal(Training training) {
    Experiment experiment = training.experiment();
    StudySeal.seal(
        training.store().folder(),
        experiment.name(),
        experiment.title(),
        experiment.rule(),
        Plan.hash(experiment),
        List.of(training.spec()),
        StudySeal.source(training.text(), List.of()));
  }

  private static RunRecord usable(Wanted wanted, RunRecord record) {
    if (!record.finished()) {
      throw refusal(
          wanted,
          "its run did not come to its end: " + record.outcome().map(Outcome::reason).orElse(""),
          "Mend its experiment, then remove " + record.folder() + ".");
    }
    if (!Files.isRegularFile(RecordStore.weights(record.folder()))) {
      throw refusal(
          wanted,
          "its weights are gone: " + RecordStore.weights(record.folder()),
          "Remove " + record.folder() + ", and it is trained anew.");
    }
    return record;
  }

  private static DataException refusal(Wanted wanted, String why, String whatToDo) {
    return refusal(wanted, List.of(why), whatToDo);
  }

  private static DataException refusal(Wanted wanted, List<String> why, String whatToDo) {
    return new DataException(
        "%s = %s cannot be used".formatted(wanted.key(), wanted.experiment()), why, whatToDo);
  }
}
