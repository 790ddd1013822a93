package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.sweep.StoreException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that are not there, not ours, of another time, damaged or held by somebody. */
class StoreMistakesTest {
  private static final Sweep SWEEP = CountedSweep.of(3).sweep();
  private static final StoreOptions HASTY =
      StoreOptions.DEFAULT.withPatience(
          new Patience(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(300)));

  @TempDir Path folder;

  private static Sweep reader(String text) {
    assertThat(text).isEqualTo(SWEEP.text());
    return SWEEP;
  }

  private String file() {
    return folder.resolve("trials.db").toString();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static AbstractThrowableAssert<?, ?> refused(Kind kind, ThrowingCallable attempt) {
    return assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  private AbstractThrowableAssert<?, ?> openingRefused(Kind kind) {
    return refused(kind, () -> TrialStores.open(file(), StoreMistakesTest::reader, HASTY).close())
        .hasMessageContaining(file());
  }

  @Test
  void aStoreIsOpenedByItsAddressAlone() {
    TrialStores.create(file(), SWEEP, HASTY).close();
    StringBuilder read = new StringBuilder();
    Function<String, Sweep> reader =
        text -> {
          read.append(text);
          return SWEEP;
        };
    try (TrialStore store = TrialStores.open(file(), reader, HASTY)) {
      assertThat(read.toString()).isEqualTo(SWEEP.text());
      assertThat(store.sweep()).isSameAs(SWEEP);
      assertThat(store.claim("a")).isInstanceOf(TrialStore.Claim.Taken.class);
    }
  }

  @Test
  void oneStoreHoldsSeveralSweeps() {
    Sweep mnist = CountedSweep.of(3).named("mnist").sweep();
    try (TrialStore one = TrialStores.create(file(), SWEEP, HASTY);
        TrialStore two = TrialStores.create(file(), mnist, HASTY)) {
      one.claim("a");
      two.claim("b");
      two.claim("c");
      assertThat(one.trials()).hasSize(1);
      assertThat(two.trials()).hasSize(2);
    }
    openingRefused(Kind.MISTAKE).hasMessageContaining("say which: counted, mnist");
    refused(
            Kind.MISTAKE,
            () -> TrialStores.open(file(), "mnits", StoreMistakesTest::reader, HASTY).close())
        .hasMessageContaining("did you mean 'mnist'?");
    try (TrialStore store = TrialStores.open(file(), "mnist", _ -> mnist, HASTY)) {
      assertThat(store.trials()).hasSize(2);
    }
  }

  @Test
  void aSweepOfTheSameNameWithAnotherTextIsRefused() {
    TrialStores.create(file(), SWEEP, HASTY).close();
    refused(
            Kind.MISTAKE,
            () -> TrialStores.create(file(), CountedSweep.of(4).sweep(), HASTY).close())
        .hasMessageContaining("its line 3 was 'run_cap: 3' and is now 'run_cap: 4'");
  }

  @Test
  void aStoreOfAnotherVersionIsRefused() throws SQLException {
    TrialStores.create(file(), SWEEP, HASTY).close();
    execute("UPDATE steepest_store SET version = 2");
    openingRefused(Kind.MISTAKE).hasMessageContaining("is of version 2").hasMessageContaining("1");
    refused(Kind.MISTAKE, () -> TrialStores.create(file(), SWEEP, HASTY).close())
        .hasMessageContaining("is of version 2");
  }

  @Test
  void whatIsNotThereIsNotMade() {
    openingRefused(Kind.MISTAKE).hasMessageContaining("There is no store at");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anotherProgramsDatabaseIsNoStore() throws SQLException {
    execute("CREATE TABLE trials (number BIGINT)");
    openingRefused(Kind.MISTAKE).hasMessageContaining("holds no sweep");
  }

  @Test
  void aFileOfAnotherKindIsNamed() throws IOException {
    Files.writeString(folder.resolve("trials.db"), "name: sweep\n".repeat(1000));
    openingRefused(Kind.MISTAKE).hasMessageContaining("is not an SQLite file");
  }

  @Test
  void aDamagedFileIsNamed() throws Exception {
    try (TrialStore store = TrialStores.create(file(), CountedSweep.of(300).sweep(), HASTY)) {
      for (int i = 0; i < 300; i++) {
        store.claim("w");
      }
    }
    long length = Files.size(folder.resolve("trials.db"));
    try (RandomAccessFile bytes = new RandomAccessFile(file(), "rw")) {
      byte[] noise = new byte[(int) length - 4096];
      new java.util.Random(1).nextBytes(noise);
      bytes.seek(4096); // all but the first page
      bytes.write(noise);
    }
    openingRefused(Kind.FAILURE).hasMessageContaining("is damaged").hasMessageContaining("recover");
  }

  @Test
  void aFileThatIsCutShortIsNamed() throws Exception {
    try (TrialStore store = TrialStores.create(file(), CountedSweep.of(300).sweep(), HASTY)) {
      for (int i = 0; i < 300; i++) {
        store.claim("w");
      }
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file(), "rw")) {
      bytes.setLength(bytes.length() / 2);
    }
    refused(
            Kind.FAILURE,
            () -> {
              try (TrialStore store = TrialStores.open(file(), StoreMistakesTest::reader, HASTY)) {
                store.trials();
              }
            })
        .hasMessageContaining("is damaged");
  }

  @Test
  void aStoreThatSomebodyHoldsIsGivenUpInTheEnd() throws SQLException {
    try (TrialStore store = TrialStores.create(file(), SWEEP, HASTY)) {
      try (Connection holder = DriverManager.getConnection("jdbc:sqlite:" + file());
          Statement statement = holder.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        refused(Kind.FAILURE, () -> store.claim("a"))
            .hasMessageContaining("out of reach")
            .hasMessageContaining("fuser");
        statement.execute("ROLLBACK");
      }
      assertThat(store.claim("a")).isInstanceOf(TrialStore.Claim.Taken.class);
    }
  }

  @Test
  void aSweepThatWasRemovedWhileInUseIsMissed() throws SQLException {
    try (TrialStore store = TrialStores.create(file(), SWEEP, HASTY)) {
      execute("DELETE FROM steepest_sweeps");
      refused(Kind.FAILURE, () -> store.claim("a")).hasMessageContaining("no longer");
      execute("DROP TABLE steepest_sweeps");
      refused(Kind.FAILURE, () -> store.claim("a")).hasMessageContaining("cannot be used");
    }
  }

  @Test
  void addressesOfOtherKindsAreRefusedWithoutTheirPasswords() {
    for (String address :
        List.of(
            "postgresql://me:secret@host/db",
            "jdbc:mysql://host/db?password=secret",
            "jdbc:postgresql://me:secret@host/db",
            "jdbc:postgresql://host:port/db?password=secret",
            "http://me:secret@host/")) {
      refused(Kind.MISTAKE, () -> TrialStores.create(address, SWEEP, HASTY).close())
          .hasMessageContaining("jdbc:postgresql://HOST:PORT/DATABASE")
          .hasMessageNotContaining("secret");
    }
    refused(Kind.MISTAKE, () -> TrialStores.create(folder.toString(), SWEEP, HASTY).close())
        .hasMessageContaining("is a folder");
    refused(Kind.MISTAKE, () -> TrialStores.create("a\0b", SWEEP, HASTY).close())
        .hasMessageContaining("is no path");
    refused(Kind.FAILURE, () -> TrialStores.create("/proc/no/trials.db", SWEEP, HASTY).close())
        .hasMessageContaining("/proc/no");
  }

  @Test
  void aDatabaseOrUserThatIsNotThereIsNamed() {
    String address = PostgresServer.shared().address("missing");
    refused(Kind.MISTAKE, () -> TrialStores.create(address, SWEEP, HASTY).close())
        .hasMessageContaining("createdb")
        .hasMessageNotContaining("user=");
    String stranger = PostgresServer.shared().address("postgres").replace("steepest", "stranger");
    refused(Kind.MISTAKE, () -> TrialStores.create(stranger, SWEEP, HASTY).close())
        .hasMessageContaining("by this name and password");
  }

  @Test
  void manyMayMakeTheSameStoreAtOnce() throws Exception {
    StoreOptions patient = StoreOptions.DEFAULT;
    for (String address : List.of(file(), PostgresServer.shared().freshDatabase())) {
      List<Callable<Integer>> makers =
          IntStream.range(0, 8)
              .<Callable<Integer>>mapToObj(i ->
                  () -> {
                    try (TrialStore store = TrialStores.create(address, SWEEP, patient)) {
                      store.claim("w" + i);
                      return store.trials().size();
                    }
                  })
              .toList();
      try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
        for (Future<Integer> made : threads.invokeAll(makers)) {
          assertThat(made.get()).isBetween(1, 3);
        }
      }
      try (TrialStore store = TrialStores.open(address, StoreMistakesTest::reader, patient)) {
        assertThat(store.trials()).hasSize(3);
      }
    }
  }
}
