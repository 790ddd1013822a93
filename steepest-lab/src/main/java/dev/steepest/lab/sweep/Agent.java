package dev.steepest.lab.sweep;

import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.run.RunRelay;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordException;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.StoreException;
import dev.steepest.study.sweep.TrialStore;
import dev.steepest.study.sweep.TrialStore.Advice;
import dev.steepest.study.sweep.TrialStore.Claim;
import dev.steepest.study.sweep.TrialStore.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A worker of a sweep: takes trials from a store until there are none, makes their runs, and puts
 * what came out back. Any number of agents may work on one store, from any process and machine.
 *
 * <p>The runs of a trial, one a seed, are made one after another. Only the first one reports on its
 * way, so that early termination decides on it before the others are made.
 */
public final class Agent implements AutoCloseable {
  /** Between looks at a store that has nothing to take. */
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Assumed: what has failed thrice will fail again. */
  private static final int MOST_ATTEMPTS = 3;

  /** Assumed: so many in a row are not the trials' fault. */
  private static final int MOST_FAILURES = 6;

  private final TrialStore store;
  private final TrialPlans plans;
  private final TrialMetric metric;
  private final RecordStore records;
  private final String worker;
  private final Duration beat;
  private final AgentListener listener;
  private final Workplace bench;
  private final RunListener runs;
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private int failures;
  private volatile Laboratory laboratory;
  private volatile Current current;

  /**
   * @param worker a name that no other worker of the store ever has
   * @param beat between signs of life
   * @param records where runs are kept
   * @param runs hears of the runs
   * @throws IllegalArgumentException if the bench names a device that is not here
   */
  public Agent(
      TrialStore store,
      TrialPlans plans,
      TrialMetric metric,
      RecordStore records,
      String worker,
      Duration beat,
      Workplace bench,
      AgentListener listener,
      RunListener runs) {
    this.store = store;
    this.plans = plans;
    this.metric = metric;
    this.records = records;
    this.worker = worker;
    this.beat = beat;
    this.listener = listener;
    this.bench = bench;
    this.runs = new Reporting(runs);
    this.laboratory = new Laboratory(bench, this.runs);
  }

  /** What stands in the way of a first trial on this machine; empty if nothing does. */
  public List<String> problems(List<RunSpec> plan) {
    return laboratory.problems(plan);
  }

  /**
   * Makes trials until the sweep has come to its end or a stop is asked for.
   *
   * @throws StoreException if the store stays out of reach; the run under way can be resumed
   * @throws IllegalStateException if one run after another fails: the machine needs mending
   */
  public void run() {
    while (stopRequested.getCount() > 0) {
      switch (store.claim(worker)) {
        case Claim.Done _ -> {
          return;
        }
        case Claim.Wait _ -> {
          listener.waits();
          pause();
        }
        case Claim.Taken(Trial trial, int attempt) -> {
          listener.took(trial, attempt);
          take(trial, attempt);
        }
      }
    }
  }

  private void pause() {
    try {
      stopRequested.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      requestStop();
    }
  }

  /** Values that no run can be made of are a failed trial; the others go on. */
  private void take(Trial trial, int attempt) {
    try {
      List<RunSpec> plan = plans.trial(trial.values());
      laboratory.keepOnlyDataOf(plan.getFirst());
      make(trial, attempt, plan);
    } catch (ProblemsException e) {
      conclude(trial, failed(String.join("; ", e.problems())));
    } catch (RecordException e) { // somebody must look at it
      conclude(trial, failed(e.getMessage()));
    }
  }

  private static End failed(String reason) {
    return new End(Trial.State.FAILED, OptionalDouble.empty(), 0, List.of(), reason);
  }

  private void make(Trial trial, int attempt, List<RunSpec> plan) {
    Current now = new Current(trial, plan.getFirst());
    current = now;
    Optional<End> end;
    try (Heartbeat _ =
        new Heartbeat(store, trial.number(), worker, beat, reason -> lose(now, reason))) {
      end = TrialRuns.make(plan, this::run, metric);
    } finally {
      current = null; // from here on no sign of life is about this trial
    }
    if (now.lost.isPresent()) {
      listener.left(trial, now.lost.get());
      goOnAfter(now);
    } else if (end.isEmpty()) {
      store.release(trial.number(), worker);
      listener.left(trial, "stopped; whoever takes it next goes on from its checkpoint");
      goOnAfter(now);
    } else if (end.get().state() == Trial.State.FAILED) {
      retry(trial, attempt, end.get());
    } else {
      failures = 0;
      conclude(trial, end.get());
    }
  }

  /** A laboratory that was stopped makes nothing more. */
  private void goOnAfter(Current left) {
    if (left.failure.isPresent()) {
      throw left.failure.get();
    }
    if (stopRequested.getCount() > 0) {
      laboratory.close();
      laboratory = new Laboratory(bench, runs);
      pause();
    }
  }

  /** What a machine fails at may succeed later, or elsewhere; not for ever. */
  private void retry(Trial trial, int attempt, End end) {
    if (attempt < MOST_ATTEMPTS) {
      store.release(trial.number(), worker);
      listener.left(trial, "it failed, and will be tried again: " + end.reason());
      pause();
    } else {
      conclude(trial, end);
    }
    failures++;
    if (failures == MOST_FAILURES) {
      throw new IllegalStateException(
          "%d runs failed here one after another, the last one so: %s. Mend that; the same command goes on."
              .formatted(failures, end.reason()));
    }
  }

  private void conclude(Trial trial, End end) {
    if (store.end(trial.number(), worker, end)) {
      listener.ended(trial, end);
    } else {
      listener.left(trial, "another worker has ended it");
    }
  }

  /** One run to its record; empty where it was stopped. */
  private Optional<RunRecord> run(RunSpec spec) {
    laboratory.run(List.of(spec), records);
    Path folder = records.folderOf(spec);
    return RecordStore.isRun(folder)
        ? Optional.of(RecordStore.read(folder)).filter(Agent::ended)
        : Optional.empty(); // stopped before it began
  }

  /** A run that was stopped goes on some day; a failed one counts as such. */
  private static boolean ended(RunRecord record) {
    return record.outcome().filter(o -> o.status() != Outcome.Status.STOPPED).isPresent();
  }

  /** The trial under way, and what became of it besides its runs. */
  private static final class Current {
    private final Trial trial;
    private final RunSpec reporting;
    private volatile Optional<String> lost = Optional.empty();
    private volatile Optional<StoreException> failure = Optional.empty();

    Current(Trial trial, RunSpec reporting) {
      this.trial = trial;
      this.reporting = reporting;
    }
  }

  /** A trial is no longer ours: its run stops, at a checkpoint. It may have ended meanwhile. */
  private void lose(Current lost, String reason) {
    if (lost == current) {
      lost.lost = Optional.of(reason);
      laboratory.requestStop();
    }
  }

  /** Puts a look at the reporting run into the store, and does what it advises. */
  private void report(Current now, long iteration, OptionalDouble value) {
    if (value.isEmpty() || iteration == 0) {
      return;
    }
    Report report = new Report(iteration, value.getAsDouble());
    try {
      Advice advice = store.report(now.trial.number(), worker, report);
      listener.reported(now.trial, report);
      switch (advice) {
        case GO_ON -> {}
        case END -> laboratory.endCurrentRun("early termination after look " + iteration);
        case LOST ->
            lose(now, "it was given to another worker, as this one was silent for too long");
      }
    } catch (StoreException e) {
      now.failure = Optional.of(e);
      lose(now, e.getMessage());
    }
  }

  /** Passes on what is heard of runs, and reports looks at the first run of a trial. */
  private final class Reporting extends RunRelay {
    private RunSpec running;

    Reporting(RunListener next) {
      super(next);
    }

    @Override
    public void started(RunSpec spec, int index, int total, long fromStep, long steps) {
      running = spec;
      super.started(spec, index, total, fromStep, steps);
    }

    @Override
    public void evaluated(EvaluationReport look) {
      super.evaluated(look);
      Current now = current;
      if (now != null && now.reporting.equals(running)) {
        report(now, TrialRuns.iteration(running, look.at()), metric.of(look));
      }
    }

    /** Another trial of equal settings was made before. */
    @Override
    public void skipped(RunRecord record) {
      super.skipped(record);
      Current now = current;
      if (now != null && now.reporting.equals(record.spec())) {
        record
            .evaluations()
            .forEach(row ->
                report(
                    now,
                    TrialRuns.iteration(record.spec(), row.step(), row.epoch()),
                    row.value(metric.name())));
      }
    }
  }

  /** Stops after the current step, from any thread; the trial under way is given back. */
  public void requestStop() {
    stopRequested.countDown();
    laboratory.requestStop();
  }

  @Override
  public void close() {
    laboratory.close();
  }
}
