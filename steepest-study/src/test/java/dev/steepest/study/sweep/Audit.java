package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore.Entry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The database's own account of which trials changed hands or ended, kept by a trigger. */
final class Audit {
  private static final String TABLE =
      "CREATE TABLE audit (number BIGINT, before TEXT, after TEXT, worker TEXT)";
  private static final String NOTE =
      "INSERT INTO audit VALUES (NEW.number, OLD.state, NEW.state, NEW.worker)";
  private static final List<String> OF_SQLITE =
      List.of(
          TABLE,
          "CREATE TRIGGER audited AFTER UPDATE ON steepest_trials"
              + " WHEN OLD.state <> NEW.state OR OLD.worker <> NEW.worker BEGIN "
              + NOTE
              + "; END");
  private static final List<String> OF_POSTGRES =
      List.of(
          TABLE,
          "CREATE FUNCTION note() RETURNS trigger AS $$ BEGIN "
              + NOTE
              + "; RETURN NEW; END $$ LANGUAGE plpgsql",
          "CREATE TRIGGER audited AFTER UPDATE ON steepest_trials FOR EACH ROW"
              + " WHEN (OLD.state <> NEW.state OR OLD.worker <> NEW.worker)"
              + " EXECUTE FUNCTION note()");

  private final String url;

  /** Begins to keep account; the store must have been made. */
  Audit(String address) throws SQLException {
    boolean postgres = address.startsWith("jdbc:");
    this.url = postgres ? address : "jdbc:sqlite:" + address;
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql : postgres ? OF_POSTGRES : OF_SQLITE) {
        statement.execute(sql);
      }
    }
  }

  private List<Integer> numbers(String where) throws SQLException {
    List<Integer> numbers = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT number FROM audit WHERE " + where)) {
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
    }
    return numbers;
  }

  /** How often a trial went from one worker to another or was given back. */
  int handovers() throws SQLException {
    return numbers("after = 'RUNNING'").size();
  }

  /**
   * That all trials of {@link SweepWorker#sweep} were made, none was lost and none ended twice.
   *
   * @param told the trials whose ends workers were told to have kept
   */
  void check(int trials, List<Entry> entries, List<Integer> told) throws SQLException {
    List<Integer> all = IntStream.range(0, trials).boxed().toList();
    assertThat(entries).extracting(entry -> entry.trial().number()).containsExactlyElementsOf(all);
    assertThat(numbers("after <> 'RUNNING'")).containsExactlyInAnyOrderElementsOf(all);
    assertThat(numbers("before <> 'RUNNING'")).isEmpty();
    assertThat(told).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(all)).containsAll(told);
    for (Entry entry : entries) {
      int number = entry.trial().number();
      assertThat(entry.trial().values()).isEqualTo(CountedSweep.values(number));
      if (entry.trial().state() == Trial.State.FAILED) {
        assertThat(entry.end().orElseThrow().reason()).contains("fell silent 3 times");
        assertThat(told).doesNotContain(number);
      } else {
        assertThat(entry.end()).contains(SweepWorker.expected(number));
      }
    }
  }
}
