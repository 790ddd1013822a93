package dev.steepest.study.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server of the tests' own, in a folder and on a port of its own. The server refuses
 * to run as root; there it runs as another user.
 */
final class PostgresServer implements AutoCloseable {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static Optional<PostgresServer> shared = Optional.empty();

  private final Path binaries;
  private final Path folder;
  private final int port;

  private PostgresServer(Path binaries) throws IOException {
    this.binaries = binaries;
    this.folder = Files.createTempDirectory("steepest-postgres");
    try (ServerSocket socket = new ServerSocket(0)) {
      this.port = socket.getLocalPort();
    }
  }

  /** The server of all tests that leave it running; the tests are skipped where there is none. */
  static synchronized PostgresServer shared() {
    if (shared.isEmpty()) {
      PostgresServer server = started();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      shared = Optional.of(server);
    }
    return shared.get();
  }

  /** A server for a test that stops it. */
  static PostgresServer started() {
    Optional<Path> binaries = binaries();
    if (binaries.isEmpty()) {
      String why = "no PostgreSQL server is installed (Debian: postgresql); its tests are skipped";
      System.err.println("note: " + why);
      Assumptions.abort(why);
    }
    try {
      PostgresServer server = new PostgresServer(binaries.get());
      server.initialise();
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> binaries() {
    List<Path> places = new ArrayList<>();
    for (String place : System.getenv("PATH").split(":")) {
      places.add(Path.of(place));
    }
    try (Stream<Path> versions =
        Files.isDirectory(Path.of("/usr/lib/postgresql"))
            ? Files.list(Path.of("/usr/lib/postgresql"))
            : Stream.empty()) {
      versions
          .sorted(Comparator.reverseOrder())
          .forEach(version -> places.add(version.resolve("bin")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return places.stream()
        .filter(place ->
            Stream.of("initdb", "pg_ctl", "postgres")
                .allMatch(name -> Files.isExecutable(place.resolve(name))))
        .findFirst();
  }

  private void initialise() throws IOException {
    if (isRoot()) {
      run("chown", user(), folder.toString());
    }
    runAsUser(
        binary("initdb"),
        "-D",
        data(),
        "-U",
        "steepest",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8");
  }

  void start() {
    runAsUser(
        binary("pg_ctl"),
        "-D",
        data(),
        "-w",
        "-l",
        folder.resolve("log").toString(),
        "-o",
        "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c max_connections=120"
            .formatted(port, folder),
        "start");
  }

  /** Stops it as the loss of power would, but for what the system still holds in memory. */
  void crash() {
    runAsUser(binary("pg_ctl"), "-D", data(), "-w", "-m", "immediate", "stop");
  }

  /** The address of a new, empty database. */
  String freshDatabase() {
    String name = "fresh" + DATABASES.incrementAndGet();
    execute(address("postgres"), "CREATE DATABASE " + name);
    return address(name);
  }

  String address(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=steepest".formatted(port, database);
  }

  static void execute(String address, String sql) {
    try (Connection connection = DriverManager.getConnection(address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private String binary(String name) {
    return binaries.resolve(name).toString();
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static String user() {
    try {
      return Files.readAllLines(Path.of("/etc/passwd"), Charset.defaultCharset()).stream()
              .anyMatch(line -> line.startsWith("postgres:"))
          ? "postgres"
          : "nobody";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runAsUser(String... command) {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(List.of("setpriv", "--reuid=" + user(), "--regid=" + user(), "--clear-groups"));
    }
    whole.addAll(List.of(command));
    run(whole.toArray(String[]::new));
  }

  /** Output goes to a file: a server that was started would keep a pipe open. */
  private void run(String... command) {
    try {
      Path output = Files.createTempFile("steepest-postgres", ".txt");
      int code =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      String said = Files.readString(output, Charset.defaultCharset());
      Files.delete(output);
      if (code != 0) {
        throw new AssertionError(String.join(" ", command) + " failed: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (Files.exists(folder.resolve("data/postmaster.pid"))) {
      crash();
    }
    run("rm", "-rf", data(), folder.resolve("log").toString());
    try {
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
