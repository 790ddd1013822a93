package dev.steepest.lab.bench;

import dev.steepest.lab.bench.AirbenchResult.Round;
import dev.steepest.lab.train.LoopSpeed;
import dev.steepest.lab.train.ProcessMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * How near training comes to what the machine can do: the whole loop, the bare step, the network's
 * convolutions alone and, if given, another program, in turn within each round.
 */
public final class AirbenchBenchmark {
  private final LoopSpeed speed;
  private final ConvolutionFloor floor;
  private final Optional<Peer> peer;

  /** A benchmark of what is already prepared, with the same images per step. */
  public AirbenchBenchmark(LoopSpeed speed, ConvolutionFloor floor, Optional<Peer> peer) {
    this.speed = speed;
    this.floor = floor;
    this.peer = peer;
  }

  /**
   * Runs all rounds.
   *
   * @param rounds measured; one more is made before them and thrown away
   * @param each hears every round as soon as it is made
   * @throws Peer.PeerException when the other program gives no speed
   */
  public AirbenchResult run(int rounds, Consumer<Round> each) {
    double[][] calls = new double[1][];
    List<DoubleSupplier> sides = new ArrayList<>();
    // The peer first: a mistake in its command is found before anything is measured.
    peer.ifPresent(program -> sides.add(program::perSecond));
    int own = sides.size();
    sides.add(speed::full);
    sides.add(speed::bare);
    sides.add(() -> {
      calls[0] = floor.seconds();
      return floor.perSecond(calls[0]);
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
                  values[own + 2],
                  peer.isPresent() ? OptionalDouble.of(values[0]) : OptionalDouble.empty(),
                  calls[0],
                  ProcessMemory.residentBytes()));
          each.accept(made.getLast());
        });
    return new AirbenchResult(floor.calls(), made);
  }
}
