package dev.steepest.study.sweep;

import dev.steepest.study.search.Report;
import dev.steepest.study.sweep.StoreException.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/** The rows of one sweep, and what is asked of them. Statements are built once, for one dialect. */
final class TrialTables {
  private static final String TRIAL = " WHERE sweep = ? AND number = ?";

  /** One that has not ended, of a worker that still has it. */
  private static final String OWN = TRIAL + " AND worker = ? AND state = 'RUNNING'";

  private final Dialect dialect;
  private final long sweep;
  private final String lock;
  private final String beat;
  private final String progress;
  private final String silent;
  private final String insert;
  private final String take;

  TrialTables(Dialect dialect, long sweep) {
    this.dialect = dialect;
    this.sweep = sweep;
    String now = dialect.now();
    lock = "SELECT revision FROM steepest_sweeps WHERE id = ?" + dialect.forUpdate();
    beat = "UPDATE steepest_trials SET beat = " + now + OWN;
    progress = "UPDATE steepest_trials SET losses = 0, beat = " + now + OWN;
    // A beat from the future means that the clock was set back: nobody is to wait for it. The order
    // is that of the index, so that trials which have ended are not looked at.
    silent =
        "SELECT number, worker, losses FROM steepest_trials WHERE sweep = ? AND state = 'RUNNING'"
            + " AND beat NOT BETWEEN %s - ? AND %s + ? ORDER BY beat, number LIMIT 1"
                .formatted(now, now);
    insert =
        "INSERT INTO steepest_trials (sweep, number, configuration, state, worker, attempts, losses,"
            + " beat, operation, seconds, records, reason, revision)"
            + " VALUES (?, ?, ?, 'RUNNING', ?, 1, 0, "
            + now
            + ", ?, 0, '', '', ?)";
    take =
        "UPDATE steepest_trials SET worker = ?, attempts = attempts + 1, losses = ?, operation = ?,"
            + " revision = ?, beat = "
            + now
            + TRIAL;
  }

  /** Keeps others from changing trials until the transaction ends, and reads the revision. */
  long lock(Session session) throws SQLException {
    List<Long> revision = new ArrayList<>();
    session.query(lock, row -> revision.add(row.getLong(1)), sweep);
    if (revision.isEmpty()) {
      throw new StoreException(
          Kind.FAILURE,
          "The store "
              + dialect.place()
              + " holds the sweep no longer: somebody removed it while it was in use.");
    }
    return revision.getFirst();
  }

  void advance(Session session, long revision) throws SQLException {
    session.update("UPDATE steepest_sweeps SET revision = ? WHERE id = ?", revision, sweep);
  }

  void trialsSince(Session session, long revision, Consumer<TrialRow> each) throws SQLException {
    session.query(
        "SELECT "
            + TrialRow.COLUMNS
            + " FROM steepest_trials WHERE sweep = ? AND revision > ? ORDER BY number",
        row -> each.accept(TrialRow.read(row)),
        sweep,
        revision);
  }

  /** Takes a report of a trial. */
  interface ReportOf {
    void take(int trial, Report report);
  }

  void reportsSince(Session session, long revision, ReportOf each) throws SQLException {
    session.query(
        "SELECT trial, iteration, value FROM steepest_reports WHERE sweep = ? AND revision > ?",
        row -> {
          double stored = row.getDouble(3);
          double value = row.wasNull() ? Double.NaN : stored;
          each.take(row.getInt(1), new Report(row.getLong(2), value));
        },
        sweep,
        revision);
  }

  /**
   * A trial that nobody is at.
   *
   * @param worker that fell silent; empty where it was given back
   * @param losses how often its workers fell silent before
   */
  record Silent(int number, String worker, int losses) {}

  /** The trial that was silent the longest, where that is longer than {@code silence}. */
  Optional<Silent> silent(Session session, Duration silence) throws SQLException {
    List<Silent> found = new ArrayList<>();
    session.query(
        silent,
        row -> found.add(new Silent(row.getInt(1), row.getString(2), row.getInt(3))),
        sweep,
        silence.toMillis(),
        silence.toMillis());
    return found.stream().findFirst();
  }

  void insert(
      Session session,
      int number,
      SortedMap<String, Object> values,
      String worker,
      String operation,
      long revision)
      throws SQLException {
    session.update(insert, sweep, number, TrialValues.write(values), worker, operation, revision);
  }

  void take(Session session, int number, String worker, int losses, String operation, long revision)
      throws SQLException {
    session.update(take, worker, losses, operation, revision, sweep, number);
  }

  boolean beat(Session session, int number, String worker) throws SQLException {
    return session.update(beat, sweep, number, worker) > 0;
  }

  /** A beat that also forgets how often workers were lost: the trial has come further. */
  boolean progress(Session session, int number, String worker) throws SQLException {
    return session.update(progress, sweep, number, worker) > 0;
  }

  void report(Session session, int number, Report report, long revision) throws SQLException {
    session.update(
        "INSERT INTO steepest_reports (sweep, trial, iteration, value, revision) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (sweep, trial, iteration)"
            + " DO UPDATE SET value = excluded.value, revision = excluded.revision",
        sweep,
        number,
        report.iteration(),
        report.value(),
        revision);
  }

  boolean end(
      Session session,
      int number,
      String worker,
      TrialStore.End end,
      String operation,
      long revision)
      throws SQLException {
    return session.update(
            "UPDATE steepest_trials SET state = ?, value = ?, seconds = ?, records = ?, reason = ?,"
                + " operation = ?, revision = ?"
                + OWN,
            end.state().name(),
            end.value(),
            end.seconds(),
            String.join("\n", end.records()),
            end.reason(),
            operation,
            revision,
            sweep,
            number,
            worker)
        > 0;
  }

  /** Whether an operation is the last that wrote a trial. */
  boolean wrote(Session session, int number, String operation) throws SQLException {
    List<Integer> found = new ArrayList<>();
    session.query(
        "SELECT 1 FROM steepest_trials" + TRIAL + " AND operation = ?",
        row -> found.add(row.getInt(1)),
        sweep,
        number,
        operation);
    return !found.isEmpty();
  }

  boolean release(Session session, int number, String worker, long revision) throws SQLException {
    return session.update(
            "UPDATE steepest_trials SET worker = '', beat = 0, revision = ?" + OWN,
            revision,
            sweep,
            number,
            worker)
        > 0;
  }
}
