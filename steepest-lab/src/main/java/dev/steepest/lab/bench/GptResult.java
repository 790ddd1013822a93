package dev.steepest.lab.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What a {@link GptBenchmark} measured.
 *
 * @param flopsPerToken of forward and backward pass
 * @param memory of one step
 * @param rounds in order, at least one; with a peer in all or in none, as with experts
 */
public record GptResult(double flopsPerToken, Memory memory, List<Round> rounds) {

  /**
   * Bytes of a training step.
   *
   * @param state parameters, gradients and the optimizer's state
   * @param peak the most that was held during a step, without what was held before the network was
   *     made; 0 where it cannot be counted
   */
  public record Memory(long state, long peak) {
    /** Peak over state. */
    public double ratio() {
      return (double) peak / state;
    }
  }

  /**
   * One round.
   *
   * @param tokens per second of training
   * @param peak floating-point operations per second of matrix products
   * @param dispatch time of a layer of experts over that of a dense one of the same work
   * @param peer tokens per second of the other program
   */
  public record Round(double tokens, double peak, OptionalDouble dispatch, OptionalDouble peer) {}

  public GptResult {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("A benchmark needs at least one round.");
    }
  }

  /** Tokens per second of training. */
  public Spread tokens() {
    return spread(Round::tokens);
  }

  /** Floating-point operations per second of matrix products. */
  public Spread peak() {
    return spread(Round::peak);
  }

  /**
   * Tokens per second if all were matrix products at their peak, and the optimizer cost nothing.
   */
  public Spread floor() {
    return spread(round -> round.peak() / flopsPerToken);
  }

  /** Training over that, round by round. */
  public Spread share() {
    return spread(round -> round.tokens() * flopsPerToken / round.peak());
  }

  /** Experts over a dense layer of the same work; only where it was measured. */
  public Spread dispatch() {
    return spread(round -> round.dispatch().orElseThrow());
  }

  /** The other program's tokens per second; only where there is one. */
  public Spread peer() {
    return spread(round -> round.peer().orElseThrow());
  }

  /** Training over the other program, round by round; only where there is one. */
  public Spread overPeer() {
    return spread(round -> round.tokens() / round.peer().orElseThrow());
  }

  public boolean hasPeer() {
    return rounds.getFirst().peer().isPresent();
  }

  public boolean hasDispatch() {
    return rounds.getFirst().dispatch().isPresent();
  }

  private Spread spread(ToDoubleFunction<Round> value) {
    return Spread.of(rounds.stream().mapToDouble(value).toArray());
  }
}
