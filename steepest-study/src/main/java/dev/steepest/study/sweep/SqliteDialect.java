package dev.steepest.study.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * A file on one machine's own disk. Writes go to a log beside it (WAL) that is not forced to the
 * disk at each commit: the death of a process loses nothing; the loss of power may undo the last
 * commits, whose trials are then made again, or found done by their records.
 */
final class SqliteDialect implements Dialect {
  /** Whether a file that is not there is made. */
  enum Missing {
    MAKE,
    REFUSE
  }

  private final Path file;
  private final Missing missing;
  private final Duration turn;

  /**
   * @param turn how long an attempt waits until others have written
   */
  SqliteDialect(Path file, Missing missing, Duration turn) {
    this.file = file;
    this.missing = missing;
    this.turn = turn;
  }

  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public Connection connect() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    if (missing == Missing.REFUSE) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    config.setBusyTimeout((int) turn.toMillis());
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
  }

  /** Takes the one right to write at once: taken later, it might have to be refused. */
  @Override
  public void begin(Session session) throws SQLException {
    session.execute("BEGIN IMMEDIATE");
  }

  @Override
  public void lockTables(Session session) {
    // Whoever may write is the only one.
  }

  @Override
  public String holdsStore() {
    return "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'steepest_store'";
  }

  @Override
  public String now() {
    return "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
  }

  @Override
  public String forUpdate() {
    return "";
  }

  @Override
  public Optional<StoreException> lasting(SQLException failure) {
    SQLiteErrorCode code =
        failure instanceof SQLiteException e ? e.getResultCode() : SQLiteErrorCode.SQLITE_ERROR;
    return switch (primary(code)) {
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_IOERR, SQLITE_FULL ->
          Optional.empty();
      case SQLITE_NOTADB ->
          mistake(
              "is not an SQLite file, or its first page is damaged. Name another file.", failure);
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
          mistake(
              "cannot be written. Give yourself the right to write it and its folder.", failure);
      case SQLITE_CANTOPEN ->
          mistake(
              Files.exists(file)
                  ? "cannot be opened. Give yourself the right to read and write it and its folder."
                  : "is not there any more, or its folder cannot be written.",
              failure);
      case SQLITE_CORRUPT ->
          broken(
              "is damaged. Get back what can be read with `sqlite3 "
                  + file
                  + " .recover`, or begin a new one; the records of its runs are not in it.",
              failure);
      default -> broken("cannot be used.", failure);
    };
  }

  /** The low eight bits of a code say what happened, the others where. */
  private static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return SQLiteErrorCode.getErrorCode(code.code & 0xff);
  }

  private Optional<StoreException> mistake(String what, SQLException failure) {
    return exception(StoreException.Kind.MISTAKE, what, failure);
  }

  private Optional<StoreException> broken(String what, SQLException failure) {
    return exception(StoreException.Kind.FAILURE, what, failure);
  }

  private Optional<StoreException> exception(
      StoreException.Kind kind, String what, SQLException failure) {
    return Optional.of(
        new StoreException(
            kind,
            "The store %s %s (%s)"
                .formatted(file, what, Transactions.oneLine(failure.getMessage())),
            failure));
  }

  @Override
  public String remedy() {
    return "See that the disk is there and has room, that no process which holds the file is"
        + " stopped (`fuser "
        + file
        + "`), and start again.";
  }
}
