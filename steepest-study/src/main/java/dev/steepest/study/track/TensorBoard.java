package dev.steepest.study.track;

import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * TensorBoard event files in the record's folder, one for each session that was at the run.
 *
 * <p>Looks are drawn over the number of the epoch that they close ({@code Loss/train}, {@code
 * Loss/val}, {@code Acc/train}, {@code Acc/val}), or over optimizer steps where an experiment looks
 * every so many steps; single steps ({@code Loss/step}, {@code lr}, {@code grad_norm}) over
 * optimizer steps. Accuracies are fractions in [0, 1]. Numbers have the precision of a float.
 */
final class TensorBoard implements Tracker {
  static final String NAME = "tensorboard";
  private static final String LEDGER = "tensorboard.told";

  private final InstantSource clock;

  TensorBoard(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Tracking begins(TrackedRun run, Consumer<String> log) {
    Ledger ledger = Ledger.open(run.folder().resolve(LEDGER), run);
    // Its own file for each session: a TensorBoard that is looking goes over to it.
    Path path = newFile(run.folder(), clock.instant());
    ledger.begins(path);
    boolean anew = ledger.kept().last().isEmpty();
    Instant at = anew ? run.zero() : clock.instant();
    EventFile events = new EventFile(path, at);
    if (anew) {
      events.plugin(
          at, HyperParameters.PLUGIN, HyperParameters.START, HyperParameters.start(run, at));
    }
    ledger.opened(events.extent());
    return new FileTracking(run, ledger, new Scalars(run, events), clock);
  }

  /** TensorBoard reads the files of a folder in the order of their names, hence of time. */
  private static Path newFile(Path folder, Instant at) {
    String name =
        "events.out.tfevents.%010d.%s.%d"
            .formatted(at.getEpochSecond(), host(), ProcessHandle.current().pid());
    int session = 0;
    while (Files.exists(folder.resolve(name + "." + session))) {
      session++;
    }
    return folder.resolve(name + "." + session);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9-]", "-");
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  @Override
  public boolean knows(RunRecord record) {
    return Ledger.holdsAll(record.folder().resolve(LEDGER), record);
  }

  /** The rows of a run as scalars. */
  private static final class Scalars implements RunFile {
    private final TrackedRun run;
    private final EventFile events;
    private long lastStep;
    private long lastPlace;

    Scalars(TrackedRun run, EventFile events) {
      this.run = run;
      this.events = events;
      run.evaluations().forEach(look -> lastPlace = run.place(look));
      Row.inOrder(run.evaluations(), run.steps()).forEach(row -> lastStep = row.at().step());
    }

    @Override
    public void add(Row row, Instant at) {
      lastStep = row.at().step();
      if (row.kind() == Row.Kind.EVALUATION) {
        lastPlace = run.place(row.at());
        events.scalars(at, lastPlace, tagged(row.at().values()));
      } else {
        events.scalars(at, lastStep, tagged(row.at().values()));
      }
    }

    @Override
    public void end(Outcome outcome, SortedMap<String, Double> results) {
      if (!results.isEmpty()) {
        events.scalars(outcome.at(), lastPlace, tagged(results));
      }
      events.plugin(
          outcome.at(), HyperParameters.PLUGIN, HyperParameters.END, HyperParameters.end(outcome));
    }

    private static SortedMap<String, Double> tagged(SortedMap<String, Double> values) {
      SortedMap<String, Double> tagged = new TreeMap<>();
      values.forEach((metric, value) -> tagged.put(Names.tag(metric), value));
      return tagged;
    }

    @Override
    public Ledger.Extent extent() {
      return events.extent();
    }

    @Override
    public void close() {
      events.close();
    }
  }
}
