package dev.steepest.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What several processes that train one network together make of their cores: their tokens per
 * second against those of one process on its part of the cores, with the same work for each, in
 * turn within each round.
 */
public final class TeamBenchmark {
  private TeamBenchmark() {}

  /**
   * One round.
   *
   * @param one tokens per second of one process alone
   * @param all of all processes together
   */
  public record Round(double one, double all) {}

  /**
   * What was measured.
   *
   * @param processes in a team
   * @param rounds at least one
   */
  public record Result(int processes, List<Round> rounds) {
    public Result {
      rounds = List.copyOf(rounds);
    }

    /** Tokens per second over so many times those of one process: 1 is perfect. */
    public Spread efficiency() {
      return Spread.of(
          rounds.stream().mapToDouble(round -> round.all() / (processes * round.one())).toArray());
    }
  }

  /**
   * Runs all rounds.
   *
   * @param rounds measured; one more is made before them and thrown away
   * @param one runs a single process
   * @param all runs the team
   * @param each hears every round as soon as it is made
   * @throws Peer.PeerException when a process gives no speed
   */
  public static Result run(int processes, int rounds, Peer one, Peer all, Consumer<Round> each) {
    List<Round> made = new ArrayList<>();
    Turns.inTurn(
        rounds,
        List.of(one::perSecond, all::perSecond),
        values -> {
          made.add(new Round(values[0], values[1]));
          each.accept(made.getLast());
        });
    return new Result(processes, made);
  }
}
