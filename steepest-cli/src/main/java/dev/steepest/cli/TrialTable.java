package dev.steepest.cli;

import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.sweep.AgentListener;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore;
import dev.steepest.study.sweep.TrialStore.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A sweep as it goes on: a row for every trial that ends, whoever made it, and on a terminal a live
 * line of the one under way here.
 */
final class TrialTable implements AgentListener, RunListener {
  private static final int MOST_PARAMETERS = 60; // characters

  private final Console console;
  private final Sweep sweep;
  private final TrialStore store;
  private final Set<Integer> told = new HashSet<>();
  private final long begin = System.nanoTime();
  private OptionalDouble best = OptionalDouble.empty();
  private int endedHere;
  private boolean waiting;
  private String current = "";
  private String lastLook = "";
  private long steps;

  TrialTable(Console console, Sweep sweep, TrialStore store) {
    this.console = console;
    this.sweep = sweep;
    this.store = store;
  }

  /** Says what was there before, and heads the columns. */
  void open() {
    List<Entry> before = store.trials().stream().filter(TrialTable::hasEnded).toList();
    before.forEach(entry -> {
      told.add(entry.trial().number());
      improve(entry.trial());
    });
    if (!before.isEmpty()) {
      console.note("%d trials were made before and are kept.".formatted(before.size()));
    }
    console.note(
        String.format(
            Locale.ROOT,
            "%5s  %-10s  %12s  %12s  %5s  %8s  %s",
            "trial",
            "state",
            sweep.metric(),
            "best",
            "looks",
            "seconds",
            "parameters"));
  }

  private static boolean hasEnded(Entry entry) {
    return entry.trial().state().ended();
  }

  /** Rows for the trials that have ended since the last time, of all workers. */
  synchronized void refresh() {
    List<Entry> all = store.trials();
    for (Entry entry : all) {
      if (hasEnded(entry) && told.add(entry.trial().number())) {
        improve(entry.trial());
        endedHere++;
        console.note(row(entry, all));
      }
    }
  }

  private void improve(Trial trial) {
    boolean counts = trial.state() == Trial.State.FINISHED && trial.value().isPresent();
    if (counts
        && (best.isEmpty()
            || sweep.goal().better(trial.value().getAsDouble(), best.getAsDouble()))) {
      best = trial.value();
    }
  }

  private String row(Entry entry, List<Entry> all) {
    Trial trial = entry.trial();
    return String.format(
        Locale.ROOT,
        "%5d  %-10s  %12s  %12s  %5d  %8.1f  %s%s",
        trial.number(),
        trial.state().name().toLowerCase(Locale.ROOT),
        text(trial.value()),
        text(best),
        trial.reports().size(),
        entry.end().map(TrialStore.End::seconds).orElse(0.0),
        parameters(varied(trial, all)),
        ahead(all));
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.5g", value.getAsDouble()) : "-";
  }

  /** What tells a trial from others, where there are others. */
  private static Map<String, Object> varied(Trial trial, List<Entry> all) {
    Map<String, Object> varied = new TreeMap<>(trial.values());
    varied
        .keySet()
        .removeIf(name ->
            all.size() > 1
                && all.stream().map(e -> e.trial().values().get(name)).distinct().count() == 1);
    return varied;
  }

  static String parameters(Map<String, Object> values) {
    String all =
        values.entrySet().stream()
            .map(e -> e.getKey() + "=" + text(e.getValue()))
            .collect(Collectors.joining(" "));
    return all.length() <= MOST_PARAMETERS ? all : all.substring(0, MOST_PARAMETERS - 1) + "…";
  }

  private static String text(Object value) {
    return value instanceof Double d ? String.format(Locale.ROOT, "%.4g", d) : value.toString();
  }

  /** How many there are to go, assuming that they take as long as those that ended here. */
  private String ahead(List<Entry> all) {
    if (sweep.cap().isEmpty()) {
      return "";
    }
    int cap = sweep.cap().getAsInt();
    long ended = all.stream().filter(TrialTable::hasEnded).count();
    double each = (System.nanoTime() - begin) / 1e9 / endedHere;
    return "  (%d/%d, %s to go)".formatted(ended, cap, Progress.eta((cap - ended) * each));
  }

  @Override
  public void took(Trial trial, int attempt) {
    waiting = false;
    current = "trial " + trial.number() + "  " + parameters(varied(trial, store.trials()));
    lastLook = "";
    if (attempt > 1) {
      console.note(
          "%5d  goes on: its worker was lost or has given it back (attempt %d)"
              .formatted(trial.number(), attempt));
    }
  }

  @Override
  public void reported(Trial trial, Report report) {
    lastLook =
        String.format(
            Locale.ROOT, "  look %d: %s %.4g", report.iteration(), sweep.metric(), report.value());
  }

  @Override
  public void ended(Trial trial, TrialStore.End end) {
    refresh();
    if (!end.reason().isEmpty() && end.state() == Trial.State.FAILED) {
      console.note("       " + end.reason());
    }
  }

  @Override
  public void left(Trial trial, String reason) {
    console.note("%5d  left: %s".formatted(trial.number(), reason));
  }

  @Override
  public void waits() {
    if (!waiting) {
      console.note("Nothing to take; waiting for the trials of other workers.");
    }
    waiting = true;
    refresh();
  }

  @Override
  public void started(RunSpec spec, int index, int total, long fromStep, long length) {
    steps = length;
  }

  @Override
  public void stepped(StepReport step) {
    console.show(
        String.format(
            Locale.ROOT,
            "%s  step %d/%d  loss %.3f%s  best %s",
            current,
            step.at().step(),
            steps,
            step.loss(),
            lastLook,
            text(best)));
  }
}
