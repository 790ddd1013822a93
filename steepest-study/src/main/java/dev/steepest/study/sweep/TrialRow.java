package dev.steepest.study.sweep;

import dev.steepest.study.search.Trial;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * A row of the table of trials, but for what only says whether its worker is alive.
 *
 * @param worker at it, or that ended it; empty where it was given back
 * @param operation the claim or end that wrote it
 */
record TrialRow(
    int number,
    SortedMap<String, Object> values,
    Trial.State state,
    String worker,
    int attempts,
    String operation,
    OptionalDouble value,
    double seconds,
    List<String> records,
    String reason) {

  static final String COLUMNS =
      "number, configuration, state, worker, attempts, operation, value, seconds, records, reason";

  /** From a row with {@link #COLUMNS}. */
  static TrialRow read(ResultSet row) throws SQLException {
    double stored = row.getDouble("value");
    OptionalDouble value = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(stored);
    return new TrialRow(
        row.getInt("number"),
        TrialValues.read(row.getString("configuration")),
        Trial.State.valueOf(row.getString("state")),
        row.getString("worker"),
        row.getInt("attempts"),
        row.getString("operation"),
        value,
        row.getDouble("seconds"),
        row.getString("records").lines().toList(),
        row.getString("reason"));
  }

  Optional<TrialStore.End> end() {
    return state.ended()
        ? Optional.of(new TrialStore.End(state, value, seconds, records, reason))
        : Optional.empty();
  }
}
