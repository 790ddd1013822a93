package dev.steepest.lab.bench;

import dev.steepest.lab.train.LoopSpeed;
import dev.steepest.lab.train.ProcessMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the loop costs on top of the mathematics: the same network and optimizer trained alternately
 * by the bare step and by the whole loop of {@link LoopSpeed}.
 */
public final class LoopBenchmark {
  private LoopBenchmark() {}

  /**
   * Runs all rounds, changing the order within a round each time.
   *
   * @param rounds measured; one more is made before them and thrown away
   * @param each hears every round as soon as it is made
   */
  public static LoopBenchmarkResult run(
      LoopSpeed speed, int rounds, Consumer<LoopBenchmarkResult.Round> each) {
    var made = new ArrayList<LoopBenchmarkResult.Round>();
    Turns.inTurn(
        rounds,
        List.of(speed::bare, speed::full),
        values -> {
          made.add(
              new LoopBenchmarkResult.Round(values[0], values[1], ProcessMemory.residentBytes()));
          each.accept(made.getLast());
        });
    return new LoopBenchmarkResult(made);
  }
}
