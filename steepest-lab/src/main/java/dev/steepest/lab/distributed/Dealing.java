package dev.steepest.lab.distributed;

import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Shards;
import dev.steepest.optim.TwoPoints;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Deals the updates that cost much out over the members of a team: each makes those of its own
 * parameters and gets the others' results.
 *
 * <p>Every member has the whole optimizer and the summed gradients. Before a step it drops the
 * gradients of what others update, so that its optimizer neither touches these parameters nor makes
 * state for them; afterwards the new values are spread. What is cheap, the updates of element-wise
 * rules, everybody makes for himself: that is faster than sending 4 bytes per parameter. Where
 * wrappers stand around the rules, or a rule has two points, wants curvature or keeps its state in
 * the gradient, everybody makes all updates.
 *
 * <p>The numbers are those of one process, but for sums over a group ({@link Shards}), which are
 * rounded otherwise.
 */
public final class Dealing implements Shards {
  /**
   * Assumed: what a step does per element beside products of matrices, in multiplications; it
   * matters for small matrices only.
   */
  private static final double PER_ELEMENT = 100;

  private final Team team;
  private final Map<String, Integer> owners = new HashMap<>();
  private Optimizer optimizer;
  private ParameterSpread spread;

  /** Nothing is dealt before {@link #take}; until then sums are a member's own. */
  public Dealing(Team team) {
    this.team = team;
  }

  /** The dealing of a team of one, which makes all updates itself. */
  public static Dealing alone(Optimizer whole) {
    Dealing all = new Dealing(Team.alone());
    all.take(whole);
    return all;
  }

  /** Over whom updates are dealt. */
  public Team team() {
    return team;
  }

  /**
   * Decides who updates what.
   *
   * @param whole was built with this as its {@link Shards}; the same in all members
   */
  public void take(Optimizer whole) {
    optimizer = whole;
    if (team.size() > 1 && canBeDealt(whole)) {
      deal(whole.groups().stream().filter(Dealing::isCostly).toList());
    }
    List<Parameter> all = whole.groups().stream().flatMap(g -> g.parameters().stream()).toList();
    spread =
        new ParameterSpread(team, all.stream().filter(p -> isDealt(p.name())).toList(), owners);
  }

  private static boolean canBeDealt(Optimizer whole) {
    return whole.wrappers().isEmpty()
        && whole.groups().stream()
            .map(ParameterGroup::rule)
            .noneMatch(rule ->
                rule instanceof TwoPoints
                    || rule instanceof Rule.Curvature
                    || rule instanceof Rule.KeepsGradient);
  }

  /**
   * A collective rule sums over all members: it must be dealt, or all would count more than once.
   */
  private static boolean isCostly(ParameterGroup group) {
    return !(group.rule() instanceof ElementWise) || group.rule() instanceof Rule.Collective;
  }

  /** The costliest first, each to whom has least. */
  private void deal(List<ParameterGroup> groups) {
    List<Parameter> parameters = new ArrayList<>();
    groups.forEach(group -> parameters.addAll(group.parameters()));
    parameters.sort(Comparator.comparingDouble(Dealing::cost).reversed());
    double[] load = new double[team.size()];
    for (Parameter parameter : parameters) {
      int least = 0;
      for (int rank = 1; rank < load.length; rank++) {
        least = load[rank] < load[least] ? rank : least;
      }
      load[least] += cost(parameter);
      owners.put(parameter.name(), least);
    }
  }

  /** Multiplications, up to a factor: products of its matrices with themselves. */
  private static double cost(Parameter parameter) {
    double elements = parameter.tensor().numel();
    if (!parameter.isMatrix()) {
      return PER_ELEMENT * elements;
    }
    return elements * (PER_ELEMENT + Math.min(parameter.rows(), parameter.columns()));
  }

  private boolean isDealt(String parameter) {
    return owners.containsKey(parameter);
  }

  private boolean isOthers(String parameter) {
    return owners.getOrDefault(parameter, team.rank()) != team.rank();
  }

  /** Who updates a parameter; empty where everybody does. */
  OptionalInt owner(String parameter) {
    Integer owner = owners.get(parameter);
    return owner == null ? OptionalInt.empty() : OptionalInt.of(owner);
  }

  /** One line for a log. */
  public String describe() {
    return owners.isEmpty()
        ? "every process makes all updates"
        : owners.size() + " parameters are dealt out over " + team.size() + " processes";
  }

  @Override
  public Tensor sum(Tensor own) {
    return owners.isEmpty() ? own : team.shards().sum(own);
  }

  /**
   * Before the first backward pass of a gradient: where a rule keeps its state in the gradient,
   * only rank 0 adds to it, else the sum over all members would hold it more than once.
   */
  public void begin() {
    if (team.leads()) {
      return;
    }
    try (PointerScope _ = new PointerScope()) {
      optimizer.groups().stream()
          .filter(group -> group.rule() instanceof Rule.KeepsGradient)
          .flatMap(group -> group.parameters().stream())
          .forEach(parameter -> parameter.tensor().mutable_grad().reset());
    }
  }

  /**
   * One step of the whole optimizer.
   *
   * @param step makes it from the gradients, which are the same in all members
   */
  public Optimizer.Outcome step(Supplier<Optimizer.Outcome> step) {
    if (owners.isEmpty()) {
      return step.get();
    }
    try (PointerScope _ = new PointerScope()) {
      for (ParameterGroup group : optimizer.groups()) {
        for (Parameter parameter : group.parameters()) {
          if (isOthers(parameter.name())) {
            parameter.tensor().mutable_grad().reset();
          }
        }
      }
    }
    Optimizer.Outcome outcome = step.get();
    if (outcome == Optimizer.Outcome.STEPPED) {
      spread.run();
    }
    return outcome;
  }

  /**
   * The state of the whole optimizer, as {@link Optimizer#state} of one process has it: in rank 0.
   * Others get what they have themselves. All must ask at once.
   */
  public SortedMap<String, Tensor> state() {
    SortedMap<String, Tensor> own = optimizer.state();
    if (owners.isEmpty()) {
      return own;
    }
    SortedMap<String, Tensor> dealt = new TreeMap<>(own);
    dealt
        .keySet()
        .removeIf(key -> team.leads() || owner(parameterOf(key)).orElse(0) != team.rank());
    own.putAll(TensorParcel.toLeader(team, dealt));
    return own;
  }

  /** Whether this member keeps the state of this name, one of {@link #state}'s. */
  public boolean keeps(String key) {
    return !isOthers(parameterOf(key));
  }

  /**
   * Continues from a state of the whole optimizer, whatever the number of processes that saved it.
   *
   * @throws IllegalArgumentException as {@link Optimizer#load}
   */
  public void load(Map<String, Tensor> state) {
    Map<String, Tensor> own = new TreeMap<>(state);
    own.keySet().removeIf(key -> !keeps(key));
    String problem = "";
    try {
      optimizer.load(own);
    } catch (IllegalArgumentException misfit) {
      problem = misfit.getMessage();
    }
    if (team.any(!problem.isEmpty())) {
      throw new IllegalArgumentException(
          problem.isEmpty() ? "the state does not fit the part of another process" : problem);
    }
  }

  /** Whose state a key names; parameters' names may have slashes, those of buffers have none. */
  private static String parameterOf(String key) {
    int slash = key.lastIndexOf('/');
    return slash < 0 ? key : key.substring(0, slash);
  }
}
