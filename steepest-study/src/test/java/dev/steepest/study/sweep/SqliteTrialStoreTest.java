package dev.steepest.study.sweep;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.io.TempDir;

class SqliteTrialStoreTest extends TrialStoreContract {
  @TempDir Path folder;

  @Override
  String address() {
    return folder.resolve("trials.db").toString();
  }

  @Override
  void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + address());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
