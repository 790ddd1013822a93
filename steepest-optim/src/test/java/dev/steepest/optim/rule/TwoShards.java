package dev.steepest.optim.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Rule;
import dev.steepest.optim.Shards;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** One group on one thread and the same group dealt out over two. */
final class TwoShards {

  private static final long[][] SHAPES = {{5, 4}, {7}};
  private static final int STEPS = 8;

  private TwoShards() {}

  /** Demands that a sharded group moves as the whole one does. */
  static void agreeWithOne(Class<? extends Rule> rule, Map<String, ?> given)
      throws InterruptedException, ExecutionException {
    Exchanger<Double> exchanger = new Exchanger<>();
    Shards shards = own -> own.add(new Scalar(exchange(exchanger, own.item_double())));
    double[][] whole;
    try (PointerScope _ = new PointerScope();
        Driven walk = new Driven(rule, given, start(0), start(1))) {
      for (int step = 0; step < STEPS; step++) {
        walk.step(1, gradient(0, step), gradient(1, step));
      }
      whole = walk.weights.stream().map(Driven::numbers).toArray(double[][]::new);
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<double[]>> parts =
          threads.invokeAll(
              List.<Callable<double[]>>of(
                  () -> alone(rule, given, shards, 0), () -> alone(rule, given, shards, 1)));
      for (int i = 0; i < 2; i++) {
        // The order of a sum of two: one rounding of a step near 1.
        assertThat(parts.get(i).get())
            .as("parameter %d", i)
            .containsExactly(whole[i], within(1e-14));
      }
    }
  }

  /**
   * Demands that a shard without any gradient answers every sum, and that the other then moves as
   * if it were alone.
   */
  static void waitForNone(Class<? extends Rule> rule, Map<String, ?> given)
      throws InterruptedException, ExecutionException {
    Exchanger<Double> exchanger = new Exchanger<>();
    Shards shards = own -> own.add(new Scalar(exchange(exchanger, own.item_double())));
    double[] expected = alone(rule, given, Shards.NONE, 0);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<double[]> full = threads.submit(() -> alone(rule, given, shards, 0));
      Future<Boolean> other =
          threads.submit(() -> {
            try (PointerScope _ = new PointerScope();
                Driven walk = new Driven(rule, given, shards, start(0))) {
              for (int step = 0; step < STEPS; step++) {
                walk.step(1); // its parameter has no gradient
              }
            }
            return true;
          });
      assertThat(other.get()).isTrue();
      assertThat(full.get()).containsExactly(expected);
    }
  }

  private static double[] alone(
      Class<? extends Rule> rule, Map<String, ?> given, Shards shards, int which) {
    try (PointerScope _ = new PointerScope();
        Driven walk = new Driven(rule, given, shards, start(which))) {
      for (int step = 0; step < STEPS; step++) {
        walk.step(1, gradient(which, step));
      }
      return Driven.numbers(walk.weight());
    }
  }

  private static Tensor start(int which) {
    return Driven.normal(10 + which, 1, SHAPES[which]);
  }

  /** A common direction and noise, so that learning rates have something to find. */
  private static Tensor gradient(int which, int step) {
    return Driven.normal(20 + which, 1, SHAPES[which])
        .add(Driven.normal(100 + 10L * step + which, 0.3, SHAPES[which]));
  }

  private static double exchange(Exchanger<Double> exchanger, double own) {
    try {
      return exchanger.exchange(own, 60, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException failed) {
      throw new IllegalStateException("the other shard did not answer", failed);
    }
  }
}
