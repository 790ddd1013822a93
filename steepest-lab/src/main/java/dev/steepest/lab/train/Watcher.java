package dev.steepest.lab.train;

import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Plateau;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Draws the conclusions from looks, and remembers what they rest on. */
final class Watcher implements AutoCloseable {
  private static final String FACTOR = "plateau_factor";
  private static final String BEST = "plateau_best";
  private static final String BAD = "plateau_bad";
  private static final String COOLING = "plateau_cooling";

  private final Watching plan;
  private final Team team;
  private final Optional<BestWeights> best;
  private final Optional<Plateau> plateau;

  Watcher(Watching plan, Network network, Optimizer optimizer, Team team) {
    this.plan = plan;
    this.team = team;
    best = plan.stopping().map(stopping -> new BestWeights(stopping, network, optimizer));
    plateau = plan.plateau().map(PlateauPlan::begin);
  }

  /** Takes in a look; that before the first step says nothing of training. */
  void observe(EvaluationReport report) {
    long step = report.at().step();
    if (step > 0) {
      best.ifPresent(weights ->
          weights.observe(common(plan.stopping().orElseThrow().watched(), report), step));
      plateau.ifPresent(
          falls -> falls.observe(common(plan.plateau().orElseThrow().watched(), report)));
    }
  }

  /** Rank 0's value: all members decide alike, to the last bit. */
  private double common(Watched watched, EvaluationReport report) {
    return team.sum(team.leads() ? watched.of(report) : 0);
  }

  /** Whether the run has had its last step. */
  boolean hasSeenEnough() {
    return best.map(BestWeights::isLongAgo).orElse(false);
  }

  /**
   * The schedules with what a plateau has made of the rate. Groups with a multiple of the schedule
   * of all others follow it, as layers with decayed rates do; groups with their own keep theirs.
   */
  GroupSchedules over(GroupSchedules schedules) {
    return plateau
        .map(falls ->
            schedules.withOthers(step -> schedules.others().factor(step) * falls.factor(step)))
        .orElse(schedules);
  }

  /** The step of the best look, where weights are kept. */
  OptionalLong bestStep() {
    return best.map(BestWeights::step).orElse(OptionalLong.empty());
  }

  /** Lays the best weights into the network; false where none are kept. */
  boolean putBack() {
    best.ifPresent(BestWeights::putBack);
    return bestStep().isPresent();
  }

  /** For a checkpoint. */
  Checkpoint.Watch state() {
    SortedMap<String, String> memory = new TreeMap<>();
    best.ifPresent(weights -> memory.putAll(weights.memory()));
    plateau
        .map(Plateau::state)
        .ifPresent(state -> {
          memory.put(FACTOR, Double.toString(state.factor()));
          memory.put(BEST, Double.toString(state.best()));
          memory.put(BAD, Long.toString(state.bad()));
          memory.put(COOLING, Long.toString(state.cooling()));
        });
    return new Checkpoint.Watch(memory, best.map(BestWeights::kept).orElse(Map.of()));
  }

  /** Goes on from what another of the same plan had. */
  void restore(Checkpoint.Watch state) {
    Map<String, String> memory = state.memory();
    best.ifPresent(weights -> weights.restore(memory, state.weights()));
    plateau.ifPresent(falls ->
        falls.restore(
            new Plateau.State(
                Double.parseDouble(memory.get(FACTOR)),
                Double.parseDouble(memory.get(BEST)),
                Long.parseLong(memory.get(BAD)),
                Long.parseLong(memory.get(COOLING)))));
  }

  @Override
  public void close() {
    best.ifPresent(BestWeights::close);
  }
}
