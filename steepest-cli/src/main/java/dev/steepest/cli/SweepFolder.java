package dev.steepest.cli;

import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.sweep.SweepSource;
import dev.steepest.lab.sweep.TrialPlans;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.SweepReport;
import dev.steepest.study.report.SweepResults;
import dev.steepest.study.report.SweepSummary;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.StoreOptions;
import dev.steepest.study.sweep.TrialStore;
import dev.steepest.study.sweep.TrialStore.Entry;
import dev.steepest.study.sweep.TrialStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a sweep keeps what it makes.
 *
 * @param folder {@code runs/NAME}
 */
record SweepFolder(Path folder) {
  private static final String STORE = "trials.sqlite";

  /** Names a store that is not in the folder. */
  private static final String ELSEWHERE = "store.txt";

  /**
   * Where its runs are made: nobody goes on with a run that has ended, so that checkpoints of such
   * are dropped.
   */
  static Workplace bench(Workplace plain, String sweep) {
    return plain.with(plain.trackers().ofSweep(sweep)).with(Workplace.Checkpoints.DROP);
  }

  /** Whether a folder is one. */
  static boolean is(Path folder) {
    return Files.exists(folder.resolve(STORE)) || Files.exists(folder.resolve(ELSEWHERE));
  }

  /** The store in the folder, which another process may be started for from anywhere. */
  String ownStore() {
    return folder.resolve(STORE).toAbsolutePath().toString();
  }

  Path trials() {
    return folder.resolve("trials");
  }

  Path finals() {
    return folder.resolve("final");
  }

  Path agents() {
    return folder.resolve("agents").toAbsolutePath();
  }

  /** Remembers a store that is elsewhere, and the sweep's name there, without any password. */
  void remember(String address, String name) {
    if (address.equals(ownStore())) {
      return;
    }
    String open = address.replaceAll("password=[^&]*&?", "").replaceAll("//[^/@]*@", "//");
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(ELSEWHERE), open + "\n" + name + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  /** The store of a sweep that was begun in this folder. */
  TrialStore open(StoreOptions options) {
    if (Files.exists(folder.resolve(STORE))) {
      return TrialStores.open(ownStore(), text -> SweepSource.read(text).sweep(), options);
    }
    try {
      List<String> lines = Files.readAllLines(folder.resolve(ELSEWHERE));
      return TrialStores.open(
          lines.getFirst(), lines.getLast(), text -> SweepSource.read(text).sweep(), options);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder.resolve(ELSEWHERE), e);
    }
  }

  /** Everything that is known of the sweep: what the store holds, and the records that are here. */
  SweepResults results(TrialStore store, TrialPlans plans) {
    Map<String, RunRecord> tried = records(trials());
    Map<String, RunRecord> tested = records(finals());
    List<Entry> entries = store.trials();
    SortedMap<Integer, List<RunRecord>> runs = new TreeMap<>();
    SortedMap<Integer, List<RunRecord>> finals = new TreeMap<>();
    for (Entry entry : entries) {
      SortedMap<String, Object> values = entry.trial().values();
      if (entry.trial().state() != Trial.State.FAILED) {
        put(runs, entry, plans.trial(values), tried);
        put(finals, entry, plans.confirmation(values, tested.size()), tested);
      }
    }
    return new SweepResults(store.sweep(), entries, runs, finals);
  }

  private static void put(
      SortedMap<Integer, List<RunRecord>> all,
      Entry entry,
      List<RunSpec> specs,
      Map<String, RunRecord> records) {
    List<RunRecord> found = new ArrayList<>();
    specs.forEach(spec -> Optional.ofNullable(records.get(spec.id())).ifPresent(found::add));
    if (!found.isEmpty()) {
      all.put(entry.trial().number(), found);
    }
  }

  private static Map<String, RunRecord> records(Path part) {
    Map<String, RunRecord> byId = new LinkedHashMap<>();
    if (Files.isDirectory(part)) {
      RecordStore.contents(part).records().forEach(r -> byId.put(r.spec().id(), r));
    }
    return byId;
  }

  /** The trial that all say is the best. */
  static Optional<Trial> best(TrialStore store) {
    return store.trials().stream()
        .map(Entry::trial)
        .filter(t -> t.state() == Trial.State.FINISHED && t.value().isPresent())
        .min(Comparator.comparingDouble(t -> store.sweep().goal().cost(t.value().getAsDouble())));
  }

  /** Says what came out, and writes the report. */
  void report(Console console, TrialStore store, TrialPlans plans, Path out) {
    SweepResults results = results(store, plans);
    console.say("");
    console.say(SweepSummary.of(results).strip());
    List<Path> written = SweepReport.write(out, results);
    console.say("");
    console.say("Records: " + folder);
    written.stream()
        .filter(f -> f.toString().endsWith(".html"))
        .forEach(f -> console.say("Report:  " + f));
  }
}
