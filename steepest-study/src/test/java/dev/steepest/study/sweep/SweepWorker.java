package dev.steepest.study.sweep;

import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore.Advice;
import dev.steepest.study.sweep.TrialStore.Claim;
import dev.steepest.study.sweep.TrialStore.End;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * A worker that only pretends to train, as a process or a thread. It tells what it does, a line at
 * a time, before and after.
 */
final class SweepWorker {
  /** Long for a worker that reports every few milliseconds, short for a test. */
  static final StoreOptions OPTIONS =
      StoreOptions.DEFAULT.withSilence(Duration.ofMillis(500), Duration.ofSeconds(3));

  static final int LOOKS = 4;

  /** Of every five trials one is ended early, so that both ways are gone. */
  private static final int EARLY = 5;

  private final TrialStore store;
  private final String name;
  private final Consumer<String> told;

  SweepWorker(TrialStore store, String name, Consumer<String> told) {
    this.store = store;
    this.name = name;
    this.told = told;
  }

  /**
   * The process: address of the store, trials of the sweep, and how many of a thousand transactions
   * kill it in their middle.
   */
  public static void main(String[] arguments) {
    CountedSweep sweep =
        dying(sweep(Integer.parseInt(arguments[1])), Integer.parseInt(arguments[2]));
    try (TrialStore store = TrialStores.create(arguments[0], sweep.sweep(), OPTIONS)) {
      new SweepWorker(store, "process-" + ProcessHandle.current().pid(), System.out::println)
          .work();
    }
  }

  static CountedSweep sweep(int trials) {
    return CountedSweep.of(trials)
        .withTermination((trial, _) -> early(trial.number()) && trial.reports().size() > 1);
  }

  /** Search and termination are asked in the middle of a transaction. */
  private static CountedSweep dying(CountedSweep sweep, int ofThousand) {
    return sweep
        .withSearcher((number, trials) -> {
          dieSometimes(ofThousand);
          return sweep.searcher().propose(number, trials);
        })
        .withTermination((trial, others) -> {
          dieSometimes(ofThousand);
          return sweep.termination().ends(trial, others);
        });
  }

  /** As abruptly as by SIGKILL: nothing is closed, no hook is run. */
  private static void dieSometimes(int ofThousand) {
    if (ThreadLocalRandom.current().nextInt(1000) < ofThousand) {
      Runtime.getRuntime().halt(137);
    }
  }

  static boolean early(int number) {
    return number % EARLY == EARLY - 1;
  }

  /** How a trial ends that nobody killed. */
  static End expected(int number) {
    int looks = early(number) ? 2 : LOOKS;
    return new End(
        early(number) ? Trial.State.TERMINATED : Trial.State.FINISHED,
        OptionalDouble.of(CountedSweep.loss(number, looks)),
        looks,
        List.of("runs/" + number),
        early(number) ? "ended early" : "");
  }

  /** Until the sweep has come to its end. */
  void work() {
    while (true) {
      switch (store.claim(name)) {
        case Claim.Done _ -> {
          return;
        }
        case Claim.Wait _ -> pause(50);
        case Claim.Taken taken -> {
          told.accept("taken " + taken.trial().number());
          make(taken.trial()).ifPresent(end -> end(taken.trial().number(), end));
        }
      }
    }
  }

  /** Empty where the trial was lost or given back. */
  private Optional<End> make(Trial trial) {
    if (!trial.values().equals(CountedSweep.values(trial.number()))) {
      throw new AssertionError("other values: " + trial);
    }
    int number = trial.number();
    for (int look = Math.max(1, trial.reports().size()); look <= LOOKS; look++) {
      pause(ThreadLocalRandom.current().nextInt(1, 10));
      if (ThreadLocalRandom.current().nextInt(40) == 0) {
        store.release(number, name);
        told.accept("released " + number);
        return Optional.empty();
      }
      Advice advice = store.report(number, name, new Report(look, CountedSweep.loss(number, look)));
      told.accept("reported " + number + ": " + advice);
      if (advice != Advice.GO_ON) {
        return advice == Advice.END ? Optional.of(expected(number)) : Optional.empty();
      }
    }
    return Optional.of(expected(number));
  }

  private void end(int number, End end) {
    told.accept("ending " + number);
    if (store.end(number, name, end)) {
      told.accept("ended " + number);
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
