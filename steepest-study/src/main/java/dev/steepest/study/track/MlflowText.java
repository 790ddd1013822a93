package dev.steepest.study.track;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.track.MlflowClient.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run is known by, as MLflow's parameters and tags. */
final class MlflowText {
  /** What every MLflow server takes, characters; newer ones take more. */
  private static final int LONGEST_PARAMETER = 500;

  private static final int LONGEST_TAG = 5000;

  private MlflowText() {}

  /** Every setting by its dotted path, and the seed. */
  static List<Entry> parameters(TrackedRun run) {
    List<Entry> parameters = new ArrayList<>();
    run.spec()
        .settings()
        .values()
        .forEach((path, value) ->
            parameters.add(new Entry(key(path), cut(value.toString(), LONGEST_PARAMETER))));
    parameters.add(new Entry("seed", Long.toString(run.spec().seed())));
    return parameters;
  }

  /** What the record is known by, and where the run is made. */
  static List<Entry> tags(TrackedRun run) {
    RunSpec spec = run.spec();
    List<Entry> tags = new ArrayList<>();
    tags.add(new Entry("mlflow.source.name", "steepest"));
    tags.add(new Entry("steepest.id", spec.id()));
    tags.add(new Entry("steepest.problem", spec.problem()));
    tags.add(new Entry("steepest.arm", spec.arm()));
    tags.add(new Entry("steepest.record", run.folder().toAbsolutePath().toString()));
    run.sweep().ifPresent(sweep -> tags.add(new Entry("steepest.sweep", sweep)));
    Optional.ofNullable(run.facts().get("steepest.commit"))
        .ifPresent(commit -> tags.add(new Entry("mlflow.source.git.commit", commit)));
    run.facts().forEach((fact, value) -> tags.add(new Entry("environment." + key(fact), value)));
    return tags.stream().map(tag -> new Entry(tag.key(), cut(tag.value(), LONGEST_TAG))).toList();
  }

  /** How it ended. */
  static List<Entry> tags(Outcome outcome) {
    return List.of(
        new Entry("outcome", outcome.status().name().toLowerCase(Locale.ROOT)),
        new Entry("reason", cut(outcome.reason(), LONGEST_TAG)));
  }

  /** With the characters alone that MLflow allows in names. */
  private static String key(String name) {
    return name.replaceAll("[^\\w./ -]", "_");
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
  }
}
