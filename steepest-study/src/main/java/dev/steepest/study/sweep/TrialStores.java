package dev.steepest.study.sweep;

import dev.steepest.study.sweep.SqliteDialect.Missing;
import dev.steepest.study.sweep.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes and opens stores. An address is the path of an SQLite file on this machine's own disk, or
 * {@code jdbc:postgresql://HOST:PORT/DATABASE} for several machines. Either may hold many sweeps,
 * known by their names.
 */
public final class TrialStores {
  private static final String POSTGRES = "jdbc:postgresql:";

  private TrialStores() {}

  /**
   * Makes a store for a sweep, or joins the one that is there.
   *
   * @throws StoreException if there is a sweep of that name with another text, or the store cannot
   *     be used
   */
  public static TrialStore create(String address, Sweep sweep, StoreOptions options) {
    Dialect dialect = dialect(address, Missing.MAKE, options);
    if (dialect instanceof SqliteDialect) {
      makeFolder(Path.of(address));
    }
    try (Transactions making = new Transactions(dialect, options)) {
      Schema.Stored stored = making.run(session -> new Schema(dialect).create(session, sweep));
      return store(dialect(address, Missing.REFUSE, options), stored.id(), sweep, options);
    }
  }

  /**
   * Opens the only sweep of a store.
   *
   * @param reader makes a sweep of the text that the store keeps
   * @throws StoreException if there is none, or several, or the store cannot be used
   */
  public static TrialStore open(
      String address, Function<String, Sweep> reader, StoreOptions options) {
    return open(address, Optional.empty(), reader, options);
  }

  /**
   * Opens a sweep by its name.
   *
   * @param reader makes a sweep of the text that the store keeps
   * @throws StoreException if there is none of that name, or the store cannot be used
   */
  public static TrialStore open(
      String address, String name, Function<String, Sweep> reader, StoreOptions options) {
    return open(address, Optional.of(name), reader, options);
  }

  private static TrialStore open(
      String address, Optional<String> name, Function<String, Sweep> reader, StoreOptions options) {
    Dialect dialect = dialect(address, Missing.REFUSE, options);
    if (dialect instanceof SqliteDialect && !Files.exists(Path.of(address))) {
      throw new StoreException(
          Kind.MISTAKE,
          "There is no store at %s. A sweep makes one: `sweep FILE --store %s`."
              .formatted(address, address));
    }
    try (Transactions reading = new Transactions(dialect, options)) {
      Schema.Stored stored = reading.run(session -> new Schema(dialect).find(session, name));
      return store(dialect, stored.id(), reader.apply(stored.text()), options);
    }
  }

  private static TrialStore store(Dialect dialect, long id, Sweep sweep, StoreOptions options) {
    return new SqlTrialStore(
        sweep, options, new Transactions(dialect, options), new TrialTables(dialect, id));
  }

  private static Dialect dialect(String address, Missing missing, StoreOptions options) {
    if (address.startsWith(POSTGRES)) {
      return new PostgresDialect(address);
    }
    if (address.matches("(?i)(jdbc:|[a-z][a-z+]+://).*")) {
      throw new StoreException(
          Kind.MISTAKE,
          ("The store %s is of a kind that is not known. Allowed are the path of an SQLite file and"
                  + " jdbc:postgresql://HOST:PORT/DATABASE.")
              .formatted(address.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//")));
    }
    return new SqliteDialect(path(address), missing, options.patience().longest());
  }

  private static Path path(String address) {
    try {
      Path path = Path.of(address);
      if (address.isBlank() || Files.isDirectory(path)) {
        throw new StoreException(
            Kind.MISTAKE, "The store '%s' is a folder. Name a file.".formatted(address));
      }
      return path;
    } catch (InvalidPathException e) {
      throw new StoreException(
          Kind.MISTAKE, "The store '%s' is no path: %s".formatted(address, e.getReason()), e);
    }
  }

  private static void makeFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StoreException(
          Kind.FAILURE, "The folder %s of the store cannot be made: %s".formatted(folder, e), e);
    }
  }
}
