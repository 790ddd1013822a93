package dev.steepest.lab.bench;

import dev.steepest.lab.bench.ConvolutionFloor.Call;
import dev.steepest.lab.bench.ConvolutionShape.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * What an {@link AirbenchBenchmark} measured.
 *
 * @param calls of the floor
 * @param rounds in order, at least one; with a peer in all or in none
 */
public record AirbenchResult(List<Call> calls, List<Round> rounds) {

  /**
   * Forward, gradient of the inputs, gradient of the weights: what a training step is usually
   * counted as, whether or not the first layer needs all three.
   */
  private static final int PASSES = Pass.values().length;

  /**
   * One round.
   *
   * @param full images per second of the whole loop
   * @param bare images per second of forward, loss, backward and optimizer over a resident batch
   * @param floor images per second of the convolutions alone
   * @param peer images per second of the other program, where there is one
   * @param callSeconds of the floor's calls, in their order
   * @param residentBytes memory of the process at its end; empty where it cannot be known
   */
  public record Round(
      double full,
      double bare,
      double floor,
      OptionalDouble peer,
      double[] callSeconds,
      OptionalLong residentBytes) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Round round
          && full == round.full
          && bare == round.bare
          && floor == round.floor
          && peer.equals(round.peer)
          && Arrays.equals(callSeconds, round.callSeconds)
          && residentBytes.equals(round.residentBytes);
    }

    @Override
    public int hashCode() {
      return Objects.hash(full, bare, floor, peer, Arrays.hashCode(callSeconds), residentBytes);
    }
  }

  /**
   * One measured or derived number of every round.
   *
   * @param measure e.g. "bare / floor"
   * @param unit "images/s", "ratio", "ms" or "bytes"
   * @param rounds values in order
   */
  public record Figure(String measure, String unit, List<Double> rounds) {
    public Spread spread() {
      return Spread.of(rounds.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  public AirbenchResult {
    calls = List.copyOf(calls);
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("A benchmark needs at least one round.");
    }
  }

  /** Whether there was another program. */
  public boolean hasPeer() {
    return rounds.getFirst().peer().isPresent();
  }

  /** Images per second of each side. */
  public List<Figure> speeds() {
    List<Figure> speeds = new ArrayList<>();
    speeds.add(figure("full loop", "images/s", Round::full));
    speeds.add(figure("bare step", "images/s", Round::bare));
    speeds.add(figure("convolutions alone", "images/s", Round::floor));
    if (hasPeer()) {
      speeds.add(figure("peer", "images/s", round -> round.peer().orElseThrow()));
    }
    return speeds;
  }

  /** Speed over speed, made within each round. */
  public List<Figure> ratios() {
    List<Figure> ratios = new ArrayList<>();
    ratios.add(figure("full / bare", "ratio", round -> round.full() / round.bare()));
    ratios.add(figure("bare / convolutions", "ratio", round -> round.bare() / round.floor()));
    if (hasPeer()) {
      ratios.add(figure("full / peer", "ratio", r -> r.full() / r.peer().orElseThrow()));
      ratios.add(figure("bare / peer", "ratio", r -> r.bare() / r.peer().orElseThrow()));
    }
    return ratios;
  }

  /** Milliseconds of each call of the floor, in their order. */
  public List<Figure> callTimes() {
    List<Figure> times = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      int call = i;
      times.add(
          figure(
              calls.get(i).shape().name() + " " + calls.get(i).pass(),
              "ms",
              round -> round.callSeconds()[call] * 1e3));
    }
    return times;
  }

  /** Everything, for a file. */
  public List<Figure> figures() {
    List<Figure> all = new ArrayList<>(speeds());
    all.addAll(ratios());
    all.addAll(callTimes());
    if (rounds.stream().allMatch(round -> round.residentBytes().isPresent())) {
      all.add(figure("resident memory", "bytes", round -> round.residentBytes().orElseThrow()));
    }
    return all;
  }

  /** The convolutions' operations of one forward pass, in 10⁹ per image. */
  public double forwardGflop() {
    return calls.stream()
        .filter(call -> call.pass() == Pass.FORWARD)
        .mapToDouble(call -> call.shape().operations() / call.shape().images() / 1e9)
        .sum();
  }

  /** Operations of a training step, in 10⁹ per image: three times those of the forward pass. */
  public double trainingGflop() {
    return PASSES * forwardGflop();
  }

  private Figure figure(String measure, String unit, ToDoubleFunction<Round> value) {
    return new Figure(measure, unit, rounds.stream().mapToDouble(value).boxed().toList());
  }
}
