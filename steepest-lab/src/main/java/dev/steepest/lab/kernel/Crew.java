package dev.steepest.lab.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Threads that each work on their own part of a batch, convolutions included, with one computing
 * thread of libtorch each.
 *
 * <p>So nothing waits for another thread between two barriers of the network, and no thread of
 * libtorch spins beside one of ours: libtorch's own division makes its threads meet after every
 * operation.
 */
final class Crew implements AutoCloseable {
  private final int size;
  private final ExecutorService workers;

  private Crew(int size, ExecutorService workers) {
    this.size = size;
    this.workers = workers;
  }

  /** As many as libtorch would use; one works on the caller's own thread. */
  static Crew likeLibtorch() {
    int size = torch.get_num_threads();
    if (size == 1) {
      return new Crew(1, null);
    }
    Crew crew =
        new Crew(
            size,
            Executors.newFixedThreadPool(
                size, Thread.ofPlatform().name("kernel-", 0).daemon().factory()));
    try {
      crew.useOneThreadEach();
    } catch (RuntimeException | Error failed) {
      crew.close();
      throw failed;
    } finally {
      torch.set_num_threads(size); // what new threads start from is global
    }
    return crew;
  }

  /** A barrier makes every worker take exactly one of these tasks. */
  private void useOneThreadEach() {
    var all = new CyclicBarrier(size);
    run(
        size,
        _ -> {
          torch.get_num_threads(); // initialises this thread; later it would undo what follows
          try {
            all.await();
          } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException("interrupted while threads were started", e);
          }
          torch.set_num_threads(1);
          return null;
        });
  }

  int size() {
    return size;
  }

  /**
   * Calls the work for parts 0 to {@code parts} − 1 at once, without autograd and autocast.
   *
   * @return the results in the order of the parts
   */
  <T> List<T> run(int parts, IntFunction<T> work) {
    List<T> results = new ArrayList<>(parts);
    if (workers == null) {
      for (int i = 0; i < parts; i++) {
        results.add(plainly(work, i));
      }
      return results;
    }
    List<Future<T>> futures = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      int part = i;
      futures.add(workers.submit(() -> plainly(work, part)));
    }
    // All of them are waited for, whatever happens: none may still use memory that is freed next.
    boolean interrupted = false;
    Throwable failure = null;
    for (Future<T> future : futures) {
      for (boolean done = false; !done; ) {
        try {
          results.add(future.get());
          done = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          done = true;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      switch (failure) {
        case RuntimeException known -> throw known;
        case Error known -> throw known;
        default -> throw new IllegalStateException(failure);
      }
    }
    return results;
  }

  private static <T> T plainly(IntFunction<T> work, int part) {
    boolean autocast = torch.is_autocast_enabled(DeviceType.CPU);
    torch.set_autocast_enabled(DeviceType.CPU, false);
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return work.apply(part);
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, autocast);
    }
  }

  @Override
  public void close() {
    if (workers != null) {
      workers.shutdown();
    }
  }
}
