package dev.steepest.study.sweep;

import dev.steepest.study.file.Problems;
import dev.steepest.study.sweep.StoreException.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tables of a store, and the sweeps in it. Their names begin with the program's, so that a
 * database may serve other programs too.
 */
final class Schema {
  /** Of the tables; one that reads them differently gets another number. */
  static final int VERSION = 1;

  /**
   * Every change of a trial or a report is stamped with the revision of its sweep that it made.
   * {@code beat} is when its worker was last heard of; {@code losses} how often its worker fell
   * silent since a report last took it further; {@code operation} the claim or end that wrote the
   * row.
   */
  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE steepest_store (version BIGINT NOT NULL)",
          """
          CREATE TABLE steepest_sweeps (
            id BIGINT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            text TEXT NOT NULL,
            revision BIGINT NOT NULL)\
          """,
          """
          CREATE TABLE steepest_trials (
            sweep BIGINT NOT NULL,
            number BIGINT NOT NULL,
            configuration TEXT NOT NULL,
            state TEXT NOT NULL,
            worker TEXT NOT NULL,
            attempts BIGINT NOT NULL,
            losses BIGINT NOT NULL,
            beat BIGINT NOT NULL,
            operation TEXT NOT NULL,
            value DOUBLE PRECISION,
            seconds DOUBLE PRECISION NOT NULL,
            records TEXT NOT NULL,
            reason TEXT NOT NULL,
            revision BIGINT NOT NULL,
            PRIMARY KEY (sweep, number))\
          """,
          """
          CREATE TABLE steepest_reports (
            sweep BIGINT NOT NULL,
            trial BIGINT NOT NULL,
            iteration BIGINT NOT NULL,
            value DOUBLE PRECISION,
            revision BIGINT NOT NULL,
            PRIMARY KEY (sweep, trial, iteration))\
          """,
          """
          CREATE INDEX steepest_trials_silent ON steepest_trials (sweep, beat, number)
            WHERE state = 'RUNNING'\
          """,
          "CREATE INDEX steepest_trials_changed ON steepest_trials (sweep, revision)",
          "CREATE INDEX steepest_reports_changed ON steepest_reports (sweep, revision)");

  private final Dialect dialect;

  Schema(Dialect dialect) {
    this.dialect = dialect;
  }

  /** A sweep as the store knows it. */
  record Stored(long id, String name, String text) {}

  /** Makes what is missing of the tables and of the sweep. */
  Stored create(Session session, Sweep sweep) throws SQLException {
    dialect.lockTables(session);
    if (exists(session)) {
      checkVersion(session);
    } else {
      for (String table : TABLES) {
        session.execute(table);
      }
      session.update("INSERT INTO steepest_store VALUES (?)", VERSION);
    }
    List<Stored> sweeps = sweeps(session);
    Optional<Stored> same =
        sweeps.stream().filter(stored -> stored.name().equals(sweep.name())).findFirst();
    if (same.isPresent()) {
      checkText(same.get(), sweep.text());
      return same.get();
    }
    long id = sweeps.isEmpty() ? 1 : sweeps.getLast().id() + 1;
    Stored added = new Stored(id, sweep.name(), sweep.text());
    session.update(
        "INSERT INTO steepest_sweeps (id, name, text, revision) VALUES (?, ?, ?, 0)",
        added.id(),
        added.name(),
        added.text());
    return added;
  }

  /** The sweep of a name, or the only one. */
  Stored find(Session session, Optional<String> name) throws SQLException {
    if (!exists(session)) {
      throw mistake("holds no sweep. One is made by `sweep FILE --store " + dialect.place() + "`.");
    }
    checkVersion(session);
    List<Stored> sweeps = sweeps(session);
    List<String> names = sweeps.stream().map(Stored::name).toList();
    if (name.isEmpty() && sweeps.size() == 1) {
      return sweeps.getFirst();
    }
    if (name.isEmpty()) {
      throw mistake(
          names.isEmpty()
              ? "holds no sweep."
              : "holds several sweeps; say which: " + String.join(", ", names));
    }
    return sweeps.stream()
        .filter(stored -> stored.name().equals(name.get()))
        .findFirst()
        .orElseThrow(() -> mistake(": " + Problems.unknown("sweep", name.get(), names)));
  }

  private boolean exists(Session session) throws SQLException {
    List<Integer> found = new ArrayList<>();
    session.query(dialect.holdsStore(), row -> found.add(row.getInt(1)));
    return !found.isEmpty();
  }

  private void checkVersion(Session session) throws SQLException {
    List<Long> versions = new ArrayList<>();
    session.query("SELECT version FROM steepest_store", row -> versions.add(row.getLong(1)));
    if (!versions.equals(List.of((long) VERSION))) {
      throw mistake(
          "is of version %s, and this program reads version %d. Use the program that made it, or name another store."
              .formatted(versions.isEmpty() ? "none" : versions.getFirst().toString(), VERSION));
    }
  }

  private static List<Stored> sweeps(Session session) throws SQLException {
    List<Stored> sweeps = new ArrayList<>();
    session.query(
        "SELECT id, name, text FROM steepest_sweeps ORDER BY id",
        row -> sweeps.add(new Stored(row.getLong(1), row.getString(2), row.getString(3))));
    return sweeps;
  }

  private void checkText(Stored stored, String given) {
    List<String> before = stored.text().lines().toList();
    List<String> now = given.lines().toList();
    if (before.equals(now)) {
      return;
    }
    int line = 0;
    while (line < Math.min(before.size(), now.size()) && before.get(line).equals(now.get(line))) {
      line++;
    }
    throw mistake(
        ("holds a sweep '%s' that was made with another text: its line %d was %s and is now %s. Give the sweep"
                + " another name, name another store, or undo the change.")
            .formatted(stored.name(), line + 1, quoted(before, line), quoted(now, line)));
  }

  private static String quoted(List<String> lines, int line) {
    return line < lines.size() ? "'" + lines.get(line) + "'" : "not there";
  }

  private StoreException mistake(String what) {
    String joint = what.startsWith(":") ? "" : " ";
    return new StoreException(Kind.MISTAKE, "The store " + dialect.place() + joint + what);
  }
}
