package dev.steepest.study.sweep;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** A connection and the statements that were prepared on it, each once. Of one thread at a time. */
final class Session implements AutoCloseable {
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Session(Connection connection) {
    this.connection = connection;
  }

  /** Takes one row of an answer. */
  interface Row {
    void take(ResultSet row) throws SQLException;
  }

  /** Executes what has no answer. */
  void execute(String sql) throws SQLException {
    boolean _ = statement(sql).execute();
  }

  /** How many rows were changed. */
  int update(String sql, Object... values) throws SQLException {
    return bind(statement(sql), values).executeUpdate();
  }

  /** Hands on every row of the answer. */
  void query(String sql, Row each, Object... values) throws SQLException {
    try (ResultSet rows = bind(statement(sql), values).executeQuery()) {
      while (rows.next()) {
        each.take(rows);
      }
    }
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    PreparedStatement made = connection.prepareStatement(sql);
    prepared.put(sql, made);
    return made;
  }

  private static PreparedStatement bind(PreparedStatement statement, Object... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      int place = i + 1;
      switch (values[i]) {
        case Integer whole -> statement.setInt(place, whole);
        case Long whole -> statement.setLong(place, whole);
        case Double number -> number(statement, place, number);
        case OptionalDouble number -> number(statement, place, number.orElse(Double.NaN));
        // A zero character ends a string in C; PostgreSQL refuses it.
        case String text -> statement.setString(place, text.replace('\0', '\uFFFD'));
        default -> throw new IllegalArgumentException("no value of a column: " + values[i]);
      }
    }
    return statement;
  }

  /** Not a number is stored as no number: SQLite knows no other way. */
  private static void number(PreparedStatement statement, int place, double value)
      throws SQLException {
    if (Double.isNaN(value)) {
      statement.setNull(place, Types.DOUBLE);
    } else {
      statement.setDouble(place, value);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close(); // and its statements with it
  }
}
