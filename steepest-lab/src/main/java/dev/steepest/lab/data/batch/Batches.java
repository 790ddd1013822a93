package dev.steepest.lab.data.batch;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.augment.Augmentation;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;

/**
 * The batches of one epoch, from any batch on. Their content is a function of the data, the plan,
 * the seed and the epoch; prefetching and the starting point change nothing.
 *
 * <p>For one consumer thread. Each batch belongs to the consumer, which closes it; closing this
 * object frees what was prepared but not taken, and ends the background thread.
 *
 * <pre>{@code
 * try (Batches batches = Batches.training(train, augmentation, plan, seed, epoch, 0)) {
 *   while (batches.hasNext()) {
 *     try (Batch batch = batches.next()) { … }
 *   }
 * }
 * }</pre>
 */
public final class Batches implements Iterator<Batch>, AutoCloseable {

  private final ImageSet set;
  private final Augmentation augmentation;
  private final BatchPlan plan;
  private final int[] order;
  private final long seed;
  private final long epoch;
  private final long count;
  private final LongFunction<Batch> supply;
  private final Prefetcher prefetcher;
  private long next;

  private Batches(
      ImageSet set,
      Augmentation augmentation,
      BatchPlan plan,
      int[] order,
      long seed,
      long epoch,
      long first) {
    this.set = set;
    this.augmentation = augmentation;
    this.plan = plan;
    this.order = order;
    this.seed = seed;
    this.epoch = epoch;
    this.count = plan.batches(set.size());
    if (first < 0 || first > count) {
      throw new IllegalArgumentException(
          "the epoch has %d batches, cannot start at batch %d".formatted(count, first));
    }
    this.next = first;
    this.prefetcher =
        plan.prefetch() == Prefetch.ON ? new Prefetcher(this::prepare, first, count) : null;
    this.supply = prefetcher == null ? this::prepare : prefetcher::take;
  }

  /**
   * A training epoch: every sample once, in an order that (seed, epoch) determines.
   *
   * @param seed run seed, for order and augmentation
   * @param epoch from 0
   * @param firstBatch 0, or where an interrupted epoch goes on
   */
  public static Batches training(
      ImageSet set,
      Augmentation augmentation,
      BatchPlan plan,
      long seed,
      long epoch,
      long firstBatch) {
    int[] order = CounterRandom.of(Purpose.ORDER, seed, epoch).permutation(set.size());
    return new Batches(set, augmentation, plan, order, seed, epoch, firstBatch);
  }

  /**
   * An evaluation pass: every sample once, in the order of the set.
   *
   * @param augmentation of plan {@code NONE}
   */
  public static Batches evaluation(
      ImageSet set, Augmentation augmentation, int batchSize, Prefetch prefetch) {
    BatchPlan plan = new BatchPlan(batchSize, LastBatch.KEEP, prefetch);
    int[] order = IntStream.range(0, set.size()).toArray();
    return new Batches(set, augmentation, plan, order, 0, 0, 0);
  }

  /** Batches in the whole epoch, wherever this object started. */
  public long count() {
    return count;
  }

  @Override
  public boolean hasNext() {
    return next < count;
  }

  /** The next batch; the caller closes it. An error of the background thread appears here. */
  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has only %d batches".formatted(count));
    }
    Batch batch = supply.apply(next);
    next++;
    return batch;
  }

  @Override
  public void close() {
    next = count;
    if (prefetcher != null) {
      prefetcher.close();
    }
  }

  private Batch prepare(long index) {
    int from = (int) (index * plan.size());
    int to = (int) Math.min(order.length, (long) from + plan.size());
    long[] ids = Arrays.stream(order, from, to).asLongStream().toArray();
    try (PointerScope _ = new PointerScope();
        ImageSet picked = set.gathered(ids)) {
      return new Batch(
          augmentation.apply(picked.images(), ids, seed, epoch),
          picked.labels().retainReference(),
          ids,
          index);
    }
  }
}
