package dev.steepest.study.sweep;

import dev.steepest.study.sweep.StoreException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** A server that several machines share. */
final class PostgresDialect implements Dialect {
  /** The driver's own timeouts, in seconds: a machine that vanished says nothing. Assumed. */
  private static final String CONNECT_SECONDS = "10";

  /** Longer than the server lets a statement wait for its turn. */
  private static final String ANSWER_SECONDS = "30";

  /**
   * What the server does with a process that stopped in the middle of a transaction: all others
   * wait for it. Longer than a proposal of any search takes; assumed.
   */
  private static final String IDLE = "SET idle_in_transaction_session_timeout = '15s'";

  private static final String WAIT = "SET lock_timeout = '20s'";

  /** Any number that no other program is likely to have chosen. */
  private static final long TABLES_LOCK = 0x57EE9E57L;

  private final String address;
  private final Driver driver = new Driver();

  /**
   * @param address {@code jdbc:postgresql://HOST[:PORT]/DATABASE[?user=…&password=…]}
   */
  PostgresDialect(String address) {
    this.address = address;
    // A name before the host is libpq's way; the driver would take it for a part of the host.
    if (address.replaceFirst("\\?.*", "").contains("@") || !driver.acceptsURL(address)) {
      throw new StoreException(
          Kind.MISTAKE,
          ("The store %s is no address of a PostgreSQL database. Allowed is"
                  + " jdbc:postgresql://HOST:PORT/DATABASE?user=NAME&password=WORD; the password may"
                  + " as well stand in the file ~/.pgpass.")
              .formatted(place()));
    }
  }

  @Override
  public String place() {
    return address.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//");
  }

  @Override
  public Connection connect() throws SQLException {
    Properties defaults = new Properties();
    defaults.setProperty("connectTimeout", CONNECT_SECONDS);
    defaults.setProperty("socketTimeout", ANSWER_SECONDS);
    defaults.setProperty("tcpKeepAlive", "true");
    defaults.setProperty("ApplicationName", "steepest");
    Connection connection = driver.connect(address, defaults);
    try (var statement = connection.createStatement()) {
      statement.execute(IDLE + "; " + WAIT);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  @Override
  public void begin(Session session) throws SQLException {
    session.execute("BEGIN");
  }

  @Override
  public void lockTables(Session session) throws SQLException {
    session.execute("SELECT pg_advisory_xact_lock(" + TABLES_LOCK + ")");
  }

  @Override
  public String holdsStore() {
    return "SELECT 1 WHERE to_regclass('steepest_store') IS NOT NULL";
  }

  @Override
  public String now() {
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
  }

  @Override
  public String forUpdate() {
    return " FOR UPDATE";
  }

  /** By the classes of the SQL standard, and PostgreSQL's own (its manual, appendix A). */
  @Override
  public Optional<StoreException> lasting(SQLException failure) {
    String state = Optional.ofNullable(failure.getSQLState()).orElse("");
    return switch (state) {
      case "08004", "28000", "28P01" ->
          exception(
              Kind.MISTAKE,
              "lets nobody in by this name and password. Add ?user=NAME&password=WORD to the"
                  + " address, or a line to ~/.pgpass.",
              failure);
      case "3D000" -> exception(Kind.MISTAKE, "does not exist. Make it with `createdb`.", failure);
      case "42501", "3F000" ->
          exception(
              Kind.MISTAKE,
              "does not let this user make or change tables. Have its owner GRANT ALL ON SCHEMA"
                  + " public.",
              failure);
      // Serialization and deadlock, a lock or a transaction that took too long, a standby server.
      case "40001", "40P01", "55P03", "25P03", "25006", "57014" -> Optional.empty();
      default ->
          // No connection, no resources, shut down or starting, the server's disk.
          state.matches("(08|53|57P|58).*")
              ? Optional.empty()
              : exception(Kind.FAILURE, "cannot be used.", failure);
    };
  }

  private Optional<StoreException> exception(Kind kind, String what, SQLException failure) {
    return Optional.of(
        new StoreException(
            kind,
            "The store %s %s (%s)"
                .formatted(place(), what, Transactions.oneLine(failure.getMessage())),
            failure));
  }

  @Override
  public String remedy() {
    return "See that the server runs and that this machine reaches it (`pg_isready`), and start"
        + " again.";
  }
}
