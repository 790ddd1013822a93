package dev.steepest.lab.bench;

import dev.steepest.lab.bench.GptResult.Round;
import dev.steepest.lab.train.MatmulPeak;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * How near the training of a language network comes to what the machine can do: tokens per second
 * of the step, matrix products at their best, and, if given, a layer of experts beside a dense one
 * and another program, in turn within each round.
 */
public final class GptBenchmark {
  private final TokenSpeed speed;
  private final MatmulPeak peak;
  private final Optional<DispatchCost> dispatch;
  private final Optional<Peer> peer;

  /** A benchmark of what is already prepared. */
  public GptBenchmark(
      TokenSpeed speed, MatmulPeak peak, Optional<DispatchCost> dispatch, Optional<Peer> peer) {
    this.speed = speed;
    this.peak = peak;
    this.dispatch = dispatch;
    this.peer = peer;
  }

  /**
   * Runs all rounds.
   *
   * @param rounds measured; one more is made before them and thrown away
   * @param each hears every round as soon as it is made
   * @throws Peer.PeerException when the other program gives no speed
   */
  public GptResult run(int rounds, Consumer<Round> each) {
    List<DoubleSupplier> sides = new ArrayList<>();
    // The peer first: a mistake in its command is found before anything is measured.
    peer.ifPresent(program -> sides.add(program::perSecond));
    int own = sides.size();
    sides.add(speed::perSecond);
    sides.add(peak::measure);
    dispatch.ifPresent(layers -> {
      sides.add(layers::sparse);
      sides.add(layers::dense);
    });
    List<Round> made = new ArrayList<>();
    Turns.inTurn(
        rounds,
        sides,
        values -> {
          made.add(
              new Round(
                  values[own],
                  values[own + 1],
                  dispatch.isPresent()
                      ? OptionalDouble.of(values[own + 2] / values[own + 3])
                      : OptionalDouble.empty(),
                  peer.isPresent() ? OptionalDouble.of(values[0]) : OptionalDouble.empty()));
          each.accept(made.getLast());
        });
    return new GptResult(speed.flopsPerToken(), speed.memory(), made);
  }
}
