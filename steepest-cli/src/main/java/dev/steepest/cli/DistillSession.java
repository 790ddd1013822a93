package dev.steepest.cli;

import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.data.encode.PngFile;
import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.Laboratory.Tally;
import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.run.RunRelay;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.record.StudySeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Distils one picture, shows it as it becomes, and says where it is. */
final class DistillSession {
  private static final String PREVIEW = "preview.png";

  private final Console console;
  private final Experiment experiment;
  private final RunSpec spec;
  private final Path folder;
  private final String source;
  private final Path preview;

  /**
   * @param source what asked for it, see {@link StudySeal#source}
   */
  DistillSession(
      Console console, Experiment experiment, RunSpec spec, Path folder, String source) {
    this.console = console;
    this.experiment = experiment;
    this.spec = spec;
    this.folder = folder;
    this.source = source;
    preview = new RecordStore(folder).folderOf(spec).resolve(PREVIEW);
  }

  int run(Workplace bench) {
    RecordStore store = new RecordStore(folder);
    Tally tally;
    try (StopSignal signal =
            new StopSignal(
                console, "Stopped. The same command goes on from here, and with it the film.");
        TrackerNotes _ = new TrackerNotes(bench.trackers(), console);
        Laboratory laboratory = new Laboratory(bench, new Preview(new Progress(console, folder)))) {
      signal.whenAsked(laboratory::requestStop);
      List<String> problems = laboratory.problems(List.of(spec));
      if (!problems.isEmpty()) {
        throw new UserError("No picture can be made:\n  " + String.join("\n  ", problems));
      }
      seal();
      console.note("The picture as it becomes: " + preview);
      tally = laboratory.run(List.of(spec), store);
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
    if (tally.stopped()) {
      return 1;
    }
    if (!tally.outdated().isEmpty()) {
      throw new UserError(
          "This picture was made before, of other files:\n  %s\nRemove %s to make it anew, or keep it and give the new one a --name."
              .formatted(String.join("\n  ", tally.outdated()), store.folderOf(spec)));
    }
    if (!tally.unreadable().isEmpty()) {
      throw new UserError(
          "The run's record cannot be read; mend or remove it:\n  "
              + String.join("\n  ", tally.unreadable()));
    }
    return conclude(RecordStore.read(store.folderOf(spec)));
  }

  private void seal() {
    StudySeal.seal(
        folder,
        experiment.name(),
        experiment.title(),
        experiment.rule(),
        Plan.hash(experiment),
        List.of(spec),
        source);
  }

  private int conclude(RunRecord record) {
    RunPictures pictures = new RunPictures(record.folder());
    if (record.finished()) {
      console.say(measured(record));
    } else {
      console.note(
          "The picture did not come to its end: "
              + record.outcome().map(Outcome::reason).orElse("nothing is known of it"));
    }
    tell("Picture:", pictures.last());
    tell("Film:   ", pictures.film());
    tell("Record: ", record.folder());
    return record.finished() ? 0 : 1;
  }

  private static String measured(RunRecord record) {
    StringBuilder text = new StringBuilder();
    OptionalDouble confidence = record.last("test_" + PictureMetric.CONFIDENCE);
    if (confidence.isPresent()) {
      text.append(
          String.format(Locale.ROOT, "judge confidence %.1f %%, ", 100 * confidence.getAsDouble()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "RMS %.2f, clipped %.1f %%",
            record.last("test_" + PictureMetric.RMS).orElse(Double.NaN),
            100 * record.last("test_" + PictureMetric.CLIPPED).orElse(Double.NaN)));
    return text.toString();
  }

  private void tell(String what, Path file) {
    if (Files.exists(file)) {
      console.say(what + " " + file);
    }
  }

  /** Shows each look's picture at once, in a file that a viewer may watch. */
  private final class Preview extends RunRelay {
    Preview(RunListener next) {
      super(next);
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
      super.evaluated(evaluation);
      evaluation.sets().values().stream()
          .flatMap(score -> score.picture().stream())
          .forEach(this::show);
    }

    private void show(Raster picture) {
      try {
        PngFile.write(preview, picture);
      } catch (IOException e) {
        console.note("The preview cannot be written: " + e.getMessage());
      }
    }
  }
}
