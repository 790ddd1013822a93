package dev.steepest.cli;

import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.sweep.Agent;
import dev.steepest.lab.sweep.SweepSource;
import dev.steepest.lab.sweep.TrialMetric;
import dev.steepest.lab.sweep.TrialPlans;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.sweep.StoreOptions;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;

/** An agent at work in this process, told of at the console, stopped by Ctrl-C. */
final class SweepAgent {
  private final Console console;
  private final SweepSource source;
  private final TrialStore store;
  private final StoreOptions options;
  private final Workplace bench;
  private final Path records;

  /** How it ended. */
  enum Ending {
    /** The sweep has come to its end. */
    DONE,
    STOPPED
  }

  /**
   * @param records of the runs of trials
   */
  SweepAgent(
      Console console,
      SweepSource source,
      TrialStore store,
      StoreOptions options,
      Workplace bench,
      Path records) {
    this.console = console;
    this.source = source;
    this.store = store;
    this.options = options;
    this.bench = bench;
    this.records = records;
  }

  /** Works until the sweep has come to its end, or a stop is asked for. */
  Ending work() {
    Sweep sweep = store.sweep();
    TrialTable table = new TrialTable(console, sweep, store);
    String farewell = "Stopped. The same command goes on from here; nothing is lost.";
    try (StopSignal signal = new StopSignal(console, farewell);
        TrackerNotes _ = new TrackerNotes(bench.trackers(), console);
        Agent agent =
            new Agent(
                store,
                source.plans(sweep),
                new TrialMetric(sweep.metric()),
                new RecordStore(records),
                worker(),
                options.beat(),
                bench,
                table,
                table)) {
      boolean[] asked = {false};
      signal.whenAsked(() -> {
        asked[0] = true;
        agent.requestStop();
      });
      requireMakeable(agent, source.plans(sweep), sweep);
      table.open();
      agent.run();
      table.refresh();
      return asked[0] ? Ending.STOPPED : Ending.DONE;
    }
  }

  /** Data and memory, looked at for the first trial. */
  private static void requireMakeable(Agent agent, TrialPlans plans, Sweep sweep) {
    List<String> problems =
        sweep
            .searcher()
            .propose(0, List.of())
            .map(plans::trial)
            .map(agent::problems)
            .orElse(List.of());
    if (!problems.isEmpty()) {
      throw new UserError("The sweep cannot be run:\n  " + String.join("\n  ", problems));
    }
  }

  /** No two processes ever have the same. */
  private static String worker() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      host = "host";
    }
    return "%s-%d-%x".formatted(host, ProcessHandle.current().pid(), System.nanoTime());
  }
}
