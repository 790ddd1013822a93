package dev.steepest.study.track;

import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The trackers that a session of runs was asked to tell, none or several at once. No failure of a
 * tracker reaches a run: it is noted once, and what was missed is told from the record by {@link
 * #retell}.
 */
public final class Trackers {
  /** Nobody is told. */
  public static final Trackers NONE =
      new Trackers(List.of(), InstantSource.system(), Optional.empty(), new ArrayList<>());

  private static final List<String> WORDS = List.of(TensorBoard.NAME, Wandb.NAME, Mlflow.NAME);

  private final List<Tracker> trackers;
  private final InstantSource clock;
  private final Optional<String> sweep;
  private final List<String> notes;

  Trackers(
      List<Tracker> trackers, InstantSource clock, Optional<String> sweep, List<String> notes) {
    this.trackers = List.copyOf(trackers);
    this.clock = clock;
    this.sweep = sweep;
    this.notes = notes;
  }

  /**
   * As they are asked for on a command line.
   *
   * @param words {@code tensorboard}, {@code wandb}, {@code mlflow=http://HOST:PORT}, or {@code
   *     mlflow} for the server that {@code MLFLOW_TRACKING_URI} names
   * @throws ProblemsException with all that is wrong with them
   */
  public static Trackers of(List<String> words) {
    return of(words, System.getenv(), InstantSource.system());
  }

  /**
   * @param environment the variables of the trackers' own programs, which say where runs belong
   */
  static Trackers of(List<String> words, Map<String, String> environment, InstantSource clock) {
    Problems problems = new Problems();
    Map<String, Tracker> trackers = new LinkedHashMap<>();
    for (String word : words) {
      try {
        Tracker tracker = tracker(word, environment, clock);
        trackers.put(tracker.name(), tracker);
      } catch (IllegalArgumentException e) {
        problems.add("--track " + word, e.getMessage());
      }
    }
    problems.throwIfAny("Runs cannot be tracked so:");
    return new Trackers(List.copyOf(trackers.values()), clock, Optional.empty(), new ArrayList<>());
  }

  private static Tracker tracker(
      String word, Map<String, String> environment, InstantSource clock) {
    String[] parts = word.strip().split("=", 2);
    String value = parts.length > 1 ? parts[1].strip() : "";
    if (!value.isEmpty() && WORDS.contains(parts[0]) && !parts[0].equals(Mlflow.NAME)) {
      throw new IllegalArgumentException("'%s' takes no value".formatted(parts[0]));
    }
    return switch (parts[0]) {
      case TensorBoard.NAME -> new TensorBoard(clock);
      case Wandb.NAME -> new Wandb(WandbPlace.of(environment), clock, ZoneId.systemDefault());
      case Mlflow.NAME ->
          new Mlflow(MlflowServer.of(value, environment), clock, Courier.Patience.USUAL);
      default -> throw new IllegalArgumentException(Problems.unknown("tracker", parts[0], WORDS));
    };
  }

  /** The same trackers, told that runs are trials of a sweep. */
  public Trackers ofSweep(String name) {
    return new Trackers(trackers, clock, Optional.of(name), notes);
  }

  /**
   * Begins to tell of a run, or goes on.
   *
   * @param record as it stands: its rows are what a run that goes on has made before
   * @param log takes what goes wrong, a line each; may be called from other threads, and later
   */
  public Tracking begins(RunRecord record, Consumer<String> log) {
    if (trackers.isEmpty()) {
      return Tracking.NONE;
    }
    return new Several(trackers.stream().map(tracker -> begins(tracker, record, log)).toList());
  }

  private Tracking begins(Tracker tracker, RunRecord record, Consumer<String> log) {
    Consumer<String> quiet = quiet(log);
    return new Guarded(
        tracker.name(),
        () -> tracker.begins(TrackedRun.of(record, clock.instant(), sweep), quiet),
        note(record, quiet));
  }

  /** Tells the trackers what they do not know yet of a run that has ended. */
  public void retell(RunRecord record, Consumer<String> log) {
    Optional<Outcome> outcome = record.outcome();
    if (outcome.isEmpty()) {
      return;
    }
    for (Tracker tracker : trackers) {
      if (!knows(tracker, record)) {
        try (Tracking late = begins(tracker, record, log)) {
          late.ends(outcome.get(), record.results());
        }
      }
    }
  }

  private static boolean knows(Tracker tracker, RunRecord record) {
    try {
      return tracker.knows(record);
    } catch (RuntimeException _) {
      return false; // what stands in the way is said when it is told again
    }
  }

  /** A log that cannot be written is the run's own affair, which says so itself. */
  private static Consumer<String> quiet(Consumer<String> log) {
    return line -> {
      try {
        log.accept(line);
      } catch (UncheckedIOException _) {
        // the record's writer meets it too
      }
    };
  }

  /** To the run's log, and to the person at the end of the session. */
  private Consumer<String> note(RunRecord record, Consumer<String> log) {
    return text -> {
      synchronized (notes) {
        notes.add(record.folder().getFileName() + ": " + text);
      }
      log.accept(text);
    };
  }

  /**
   * Ends the session; may wait for what is under way.
   *
   * @return what could not be told and what to do about it, a sentence each
   */
  public List<String> finish() {
    List<String> all = new ArrayList<>();
    for (Tracker tracker : trackers) {
      all.addAll(tracker.finish());
    }
    synchronized (notes) {
      all.addAll(0, notes);
      notes.clear();
    }
    return List.copyOf(all);
  }

  /** One run told to several trackers. */
  private record Several(List<Tracking> all) implements Tracking {
    @Override
    public void evaluated(Evaluation row) {
      all.forEach(one -> one.evaluated(row));
    }

    @Override
    public void stepped(Evaluation row) {
      all.forEach(one -> one.stepped(row));
    }

    @Override
    public void ends(Outcome outcome, SortedMap<String, Double> results) {
      all.forEach(one -> one.ends(outcome, results));
    }

    @Override
    public void close() {
      all.forEach(Tracking::close);
    }
  }
}
