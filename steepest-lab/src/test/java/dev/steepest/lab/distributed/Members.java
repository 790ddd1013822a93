package dev.steepest.lab.distributed;

import dev.steepest.lab.distributed.World.StoreKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Teams whose members are threads of this JVM. */
public final class Members {
  static final Patience SHORT = new Patience(Duration.ofSeconds(60), Duration.ofSeconds(20));

  private Members() {}

  /** Lets so many members do the same; what each gives, by rank. */
  public static <T> List<T> all(int size, Function<Team, T> work) {
    int port = freePort();
    return inThreads(
        size,
        rank -> {
          try (Team team = Team.join(world(rank, size, port), SHORT, _ -> {})) {
            return work.apply(team);
          }
        });
  }

  interface Work<T> {
    T of(int rank);
  }

  /** Runs a piece of work per rank, each in its own thread; the first failure is thrown. */
  static <T> List<T> inThreads(int size, Work<T> work) {
    try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
      List<Future<T>> results =
          IntStream.range(0, size)
              .mapToObj(rank -> threads.submit((Callable<T>) () -> work.of(rank)))
              .toList();
      return results.stream().map(Members::get).toList();
    }
  }

  private static <T> T get(Future<T> result) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static World world(int rank, int size, int port) {
    return new World(rank, size, rank, "127.0.0.1", port, StoreKeeper.RANK_0);
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
