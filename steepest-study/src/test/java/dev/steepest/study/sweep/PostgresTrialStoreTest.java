package dev.steepest.study.sweep;

import org.junit.jupiter.api.BeforeEach;

class PostgresTrialStoreTest extends TrialStoreContract {
  private String address = "";

  @BeforeEach
  void makeDatabase() {
    address = PostgresServer.shared().freshDatabase();
  }

  @Override
  String address() {
    return address;
  }

  @Override
  void execute(String sql) {
    PostgresServer.execute(address, sql);
  }
}
