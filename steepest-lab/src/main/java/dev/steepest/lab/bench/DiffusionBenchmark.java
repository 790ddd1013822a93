package dev.steepest.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How near the training of a diffusion model comes to what the machine can do: the step and its
 * products alone, in turn within each round.
 */
public final class DiffusionBenchmark {
  private DiffusionBenchmark() {}

  /**
   * One round.
   *
   * @param step seconds of a training step
   * @param floor seconds of its products alone
   */
  public record Round(double step, double floor) {
    /** The share of the step that its products alone take; 1 = all else costs nothing. */
    public double share() {
      return floor / step;
    }
  }

  /**
   * What was measured.
   *
   * @param rounds in order, at least one
   */
  public record Result(List<Round> rounds) {
    public Result {
      rounds = List.copyOf(rounds);
    }

    /** Seconds of a training step. */
    public Spread step() {
      return Spread.of(rounds.stream().mapToDouble(Round::step).toArray());
    }

    /** Seconds of its products alone. */
    public Spread floor() {
      return Spread.of(rounds.stream().mapToDouble(Round::floor).toArray());
    }

    /** The latter over the former, round by round. */
    public Spread share() {
      return Spread.of(rounds.stream().mapToDouble(Round::share).toArray());
    }
  }

  /**
   * Runs all rounds.
   *
   * @param rounds measured; one more is made before them and thrown away
   * @param each hears every round as soon as it is made
   */
  public static Result run(NoiseStep step, ProductFloor floor, int rounds, Consumer<Round> each) {
    List<Round> made = new ArrayList<>();
    Turns.inTurn(
        rounds,
        List.of(step::seconds, floor::seconds),
        values -> {
          made.add(new Round(values[0], values[1]));
          each.accept(made.getLast());
        });
    return new Result(made);
  }
}
