package dev.steepest.lab.data.batch;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Prepares the batch after the current one on a thread of its own; never more than one ahead. */
final class Prefetcher implements AutoCloseable {

  private final LongFunction<Batch> prepare;
  private final long end;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("steepest-batches").factory());

  /** The batch under preparation; null at the end of the epoch and after an error. */
  private Future<Batch> ahead;

  Prefetcher(LongFunction<Batch> prepare, long first, long end) {
    this.prepare = prepare;
    this.end = end;
    request(first);
  }

  /** Batch {@code index}, which must be the one after that taken last. */
  Batch take(long index) {
    if (ahead == null) {
      throw new IllegalStateException("batch %d was lost to an earlier error".formatted(index));
    }
    try {
      Batch batch = ahead.get();
      request(index + 1);
      return batch;
    } catch (ExecutionException e) {
      ahead = null;
      throw propagate(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for batch " + index, e);
    }
  }

  /** Waits for the batch under preparation, frees it and ends the thread. */
  @Override
  public void close() {
    worker.close();
    if (ahead != null && ahead.state() == Future.State.SUCCESS) {
      ahead.resultNow().close();
    }
    ahead = null;
  }

  private void request(long index) {
    ahead = index < end ? worker.submit(() -> prepare.apply(index)) : null;
  }

  /** The background error as it is, with the consumer's place added to it. */
  private static RuntimeException propagate(Throwable error) {
    error.addSuppressed(new IllegalStateException("while the consumer waited for the batch"));
    switch (error) {
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      default -> throw new IllegalStateException(error);
    }
  }
}
