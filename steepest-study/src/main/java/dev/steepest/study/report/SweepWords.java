package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Trial.State;
import dev.steepest.study.stats.Importance;
import dev.steepest.study.stats.Importance.Effect;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a report says of a sweep in sentences. */
record SweepWords(TriedSweep sweep) {
  /** Below this share of variance explained, importance is a guess. Assumed. */
  private static final double HARDLY = .3;

  /** More lost trials than this share are worth a warning. Assumed. */
  private static final double MANY = .2;

  /** The chosen configuration and what it reached, in one sentence. */
  String headline() {
    if (sweep.trials().isEmpty()) {
      return "No trial of this sweep has begun yet.";
    }
    Quantity objective = sweep.objective();
    return sweep
        .best()
        .map(best ->
            "The best of %s is trial %d%s, with %s %s%s."
                .formatted(
                    Numbers.count(sweep.ranked().size(), "finished trial"),
                    best.number(),
                    configuration(best),
                    objective.value(best.value().getAsDouble()),
                    objective.label(),
                    tested(best)))
        .orElseGet(() -> "No trial has finished yet" + ahead() + ".");
  }

  private String configuration(TriedTrial trial) {
    String described = trial.described(sweep.varied());
    return described.isEmpty() ? "" : " (" + described + ")";
  }

  private String tested(TriedTrial best) {
    Optional<Quantity> metric = sweep.tested();
    Optional<Summary> fresh = metric.flatMap(m -> TriedSweep.summary(m, best.finals()));
    return fresh
        .map(s ->
            "; on %s it has %s %s%s"
                .formatted(
                    Numbers.count(s.n(), "fresh seed"),
                    metric.orElseThrow().value(s.mean()),
                    metric.orElseThrow().label(),
                    s.interval().map(i -> " (" + interval(metric.get(), i) + ")").orElse("")))
        .orElse("");
  }

  static String interval(Quantity metric, Interval i) {
    return Numbers.level(i) + " " + metric.number(i.low()) + " to " + metric.number(i.high());
  }

  private String ahead() {
    Comparator<TriedTrial> byValue =
        Comparator.comparingDouble(t -> sweep.sweep().goal().cost(t.value().getAsDouble()));
    return sweep.trials().stream()
        .filter(trial -> trial.value().isPresent())
        .min(byValue)
        .map(trial ->
            "; ahead is trial %d%s, at %s %s"
                .formatted(
                    trial.number(),
                    configuration(trial),
                    sweep.objective().value(trial.value().getAsDouble()),
                    sweep.objective().label()))
        .orElse("");
  }

  /** How the choice was made and how the trials ended. */
  String rule() {
    String by =
        "Chosen by %s %s at the end of a trial. "
            .formatted(
                sweep.sweep().goal() == Goal.MAXIMIZE ? "higher" : "lower",
                sweep.objective().label());
    return by + counts() + ".";
  }

  /** "32 trials: 20 finished, 9 ended early, 2 diverged; 1 h 20 min of training". */
  String counts() {
    List<String> parts =
        Stream.of(State.FINISHED, State.TERMINATED, State.DIVERGED, State.FAILED, State.RUNNING)
            .filter(state -> sweep.count(state) > 0)
            .map(state -> sweep.count(state) + " " + word(state))
            .toList();
    String total = Numbers.count(sweep.trials().size(), "trial");
    String trained =
        sweep.seconds() > 0 ? "; " + Numbers.duration(sweep.seconds()) + " of training" : "";
    return total + (parts.isEmpty() ? "" : ": " + String.join(", ", parts)) + trained;
  }

  static String word(State state) {
    return switch (state) {
      case FINISHED -> "finished";
      case TERMINATED -> "ended early";
      case DIVERGED -> "diverged";
      case FAILED -> "failed";
      case RUNNING -> "under way";
    };
  }

  /** What else there is to say, the most important first. */
  List<String> sentences() {
    List<String> all = new ArrayList<>();
    if (!sweep.sweep().about().isEmpty()) {
      all.add(sweep.sweep().about());
    }
    sweep
        .importance()
        .found()
        .ifPresentOrElse(found -> importance(found, all), () -> all.add(sweep.importance().why()));
    sweep
        .sweep()
        .target()
        .ifPresent(target -> {
          long reached = sweep.ranked().stream().filter(sweep::reaches).count();
          all.add(
              "%s reached the target of %s %s."
                  .formatted(
                      reached == 0 ? "No finished trial" : Numbers.count((int) reached, "trial"),
                      sweep.objective().target(target),
                      sweep.objective().label()));
        });
    List<ParameterAxis> held = sweep.axes().stream().filter(a -> !a.varied()).toList();
    if (!held.isEmpty() && !sweep.trials().isEmpty()) {
      all.add(
          "The same in all trials: "
              + Numbers.and(held.stream().map(axis -> axis.label() + " " + axis.range()).toList())
              + ".");
    }
    return all;
  }

  private void importance(Importance found, List<String> all) {
    List<Effect> shown =
        found.effects().stream()
            .filter(Effect::shown)
            .sorted(Comparator.comparingDouble(Effect::alone).reversed())
            .toList();
    if (!shown.isEmpty()) {
      all.add(
          "Of the differences that a forest finds between configurations, "
              + Numbers.and(
                  shown.stream()
                      .map(e ->
                          "%s alone explains %s (%s)"
                              .formatted(
                                  sweep.label(e.factor()),
                                  percent(e.alone()),
                                  level(e.aloneInterval())))
                      .toList())
              + "; "
              + percent(found.together())
              + " belong to several together, or to noise.");
    }
    List<String> silent =
        found.effects().stream().filter(e -> !e.shown()).map(e -> sweep.label(e.factor())).toList();
    if (!silent.isEmpty()) {
      all.add("Not told from noise by these trials: " + Numbers.and(silent) + ".");
    }
  }

  static String percent(double share) {
    return Math.round(100 * share) + " %";
  }

  private static String level(Interval i) {
    return Numbers.level(i) + " " + Math.round(100 * i.low()) + " to " + Math.round(100 * i.high());
  }

  /** What a reader must know before believing it. */
  List<Page.Notice> alarms() {
    List<Page.Notice> alarms = new ArrayList<>();
    sweep.best().ifPresent(best -> unconfirmed(best, alarms));
    if (sweep.trials().stream().anyMatch(this::lookedAtTest)) {
      add(
          alarms,
          "test set",
          "Trials looked at the test set; nothing here was chosen by it, and nothing may be.");
    }
    sweep.best().ifPresent(best -> ends(best, alarms));
    int lost = sweep.count(State.DIVERGED) + sweep.count(State.FAILED);
    if (lost > MANY * sweep.trials().size()) {
      add(
          alarms,
          "lost",
          "%d of %s diverged or failed: parts of the space cannot be trained, or a machine was broken; see the table of trials."
              .formatted(lost, Numbers.count(sweep.trials().size(), "trial")));
    }
    if (sweep.count(State.RUNNING) > 0) {
      add(
          alarms,
          "unfinished",
          Numbers.count(sweep.count(State.RUNNING), "trial")
              + (sweep.count(State.RUNNING) == 1 ? " is" : " are")
              + " under way; the report is of the others.");
    }
    sweep
        .importance()
        .found()
        .filter(found -> found.explained() < HARDLY)
        .ifPresent(found ->
            add(
                alarms,
                "importance",
                "What a trial reaches can hardly be predicted from its hyper-parameters (%s of the variance, of trials left out): take importance for a hint."
                    .formatted(percent(Math.max(0, found.explained())))));
    return alarms;
  }

  private void unconfirmed(TriedTrial best, List<Page.Notice> alarms) {
    if (best.finals().stream().anyMatch(run -> run.finished())) {
      return;
    }
    List<String> others =
        sweep.trials().stream()
            .filter(trial -> !trial.finals().isEmpty())
            .map(trial -> "" + trial.number())
            .toList();
    add(
        alarms,
        "unconfirmed",
        "%s is the best of %s, and flattered by that; %s."
            .formatted(
                sweep.objective().value(best.value().getAsDouble()),
                Numbers.count(sweep.ranked().size(), "finished trial"),
                others.isEmpty()
                    ? "its configuration was not repeated on fresh seeds"
                    : "repeated on fresh seeds was trial "
                        + Numbers.and(others)
                        + ", not this one"));
  }

  private boolean lookedAtTest(TriedTrial trial) {
    return sweep.tested().flatMap(metric -> TriedSweep.summary(metric, trial.runs())).isPresent();
  }

  private void ends(TriedTrial best, List<Page.Notice> alarms) {
    List<String> at =
        sweep.varied().stream()
            .filter(axis -> best.setting(axis.name()).map(axis::atEnd).orElse(false))
            .map(axis ->
                axis.label()
                    + " "
                    + ParameterAxis.text(best.setting(axis.name()).orElseThrow())
                    + " (of "
                    + axis.range()
                    + ")")
            .toList();
    if (!at.isEmpty()) {
      add(
          alarms,
          "boundary",
          "The best trial lies at the end of what was tried of "
              + Numbers.and(at)
              + ": beyond may be better.");
    }
  }

  private static void add(List<Page.Notice> alarms, String kind, String sentence) {
    alarms.add(new Page.Notice(kind, "", sentence));
  }
}
