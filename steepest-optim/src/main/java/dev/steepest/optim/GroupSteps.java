package dev.steepest.optim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A group in motion: its parameters' states, and the batches in which they are updated. */
final class GroupSteps {

  /** What the members of a batch have in common. */
  private record Kind(long step, ScalarType type, String device, Map<String, Double> numbers) {}

  private final Optimizer.Path path;
  private final Shards shards;
  private final List<ParameterState> states = new ArrayList<>();
  private ParameterGroup group;
  private Rule rule;
  private double lr;
  private long observedAt = -1; // a step that was then left out does not want it again
  private List<ParameterState> active = List.of();
  private List<Batch> batches = List.of();

  GroupSteps(ParameterGroup group, OptimizerBuilder built) {
    this.group = group;
    this.rule = group.rule();
    this.path = built.path;
    this.shards = built.shards;
    group
        .parameters()
        .forEach(parameter -> states.add(new ParameterState(parameter, built.noise, built.half)));
  }

  ParameterGroup group() {
    return group;
  }

  Rule rule() {
    return rule;
  }

  /** The learning rate of the step that was prepared last. */
  double lr() {
    return lr;
  }

  /** Puts a rule that keeps the same state in the place of the present one. */
  void adjust(Rule changed) {
    if (changed.equals(rule)) {
      return;
    }
    RuleChange.requireSameState(group, changed);
    group = new ParameterGroup(group.name(), changed, group.parameters());
    rule = changed;
  }

  /** Fixes the learning rate of the coming step. */
  void prepare(double factor) {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "group '" + group.name() + "': learning-rate factor " + factor + " must be in [0, inf)");
    }
    lr = rule.lr() * factor;
  }

  List<ParameterState> states() {
    return states;
  }

  /** Finds who has a gradient and brings the gradients together. */
  List<Tensor> gather() {
    List<ParameterState> having = states.stream().filter(ParameterState::hasGradient).toList();
    having.forEach(ParameterState::requireFitting);
    if (!having.equals(active) || !batches.stream().allMatch(Batch::isIntact)) {
      forgetBatches();
      active = having;
      batches = split(having);
    }
    return batches.stream().flatMap(batch -> batch.gather().stream()).toList();
  }

  /** Makes the states that are wanting; inside a pointer scope. */
  void create() {
    active.forEach(this::create);
  }

  private void create(ParameterState state) {
    if (state.isEmpty()) {
      state.create(rule.buffers(state.parameter()), rule.numbers());
    }
  }

  /** One step of every parameter whose gradient was gathered; inside the caller's pointer scope. */
  void step() {
    create();
    active.forEach(state -> state.begin(rule, lr));
    batches.forEach(Batch::begin);
    try {
      survey();
      for (Batch batch : batches) {
        if (path == Optimizer.Path.TOGETHER) {
          rule.step(batch, lr);
        } else {
          batch.eachMember(member -> rule.update(member, lr));
        }
        batch.end();
      }
    } finally {
      batches.forEach(Batch::drop);
    }
  }

  /** Every shard makes every survey, also one without gradients: the others wait for its sums. */
  private void survey() {
    boolean due = !active.isEmpty() || !shards.equals(Shards.NONE);
    if (rule instanceof Rule.Collective collective && due) {
      Map<String, Tensor> found = collective.survey(active, lr, shards);
      active.forEach(state -> state.share(found));
      active.forEach(ParameterState::end);
    }
  }

  /** Goes by the parameter that has had most updates: one without a gradient stays at none. */
  boolean curvatureIsDue() {
    return rule instanceof Rule.Curvature curvature
        && updates() % curvature.every() == 0
        && updates() != observedAt;
  }

  private long updates() {
    return states.stream().mapToLong(ParameterState::step).max().orElse(1);
  }

  /** Shows the rule the gradients of the other loss; inside the caller's pointer scope. */
  void observeCurvature() {
    if (rule instanceof Rule.Curvature curvature) {
      observedAt = updates();
      for (ParameterState state : states) {
        if (state.hasGradient()) {
          create(state);
          curvature.observe(state);
          state.end();
        }
      }
    }
  }

  Map<ParameterState, OptimizerState.Kept> kept() {
    Map<ParameterState, OptimizerState.Kept> kept = new LinkedHashMap<>();
    for (ParameterState state : states) {
      kept.put(
          state,
          new OptimizerState.Kept(
              "",
              state.declared(rule.buffers(state.parameter())),
              rule.numbers(),
              rule instanceof Rule.KeepsGradient,
              false));
    }
    return kept;
  }

  /** Drops argument lists: the tensors behind them are no longer the same. */
  void forgetBatches() {
    batches.forEach(Batch::close);
    batches = List.of();
    active = List.of();
  }

  void close() {
    forgetBatches();
    states.forEach(ParameterState::close);
  }

  private List<Batch> split(Collection<ParameterState> states) {
    Map<Kind, List<ParameterState>> kinds = new LinkedHashMap<>();
    for (ParameterState state : states) {
      var tensor = state.parameter().tensor();
      Kind kind =
          new Kind(
              state.step(),
              tensor.scalar_type().intern(),
              tensor.device().str().getString(),
              Map.copyOf(state.isEmpty() ? rule.numbers() : state.numbers().all()));
      kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(state);
    }
    return kinds.values().stream().map(this::batch).toList();
  }

  private Batch batch(List<ParameterState> members) {
    return new Batch(members, rule instanceof ElementWise && path == Optimizer.Path.TOGETHER);
  }
}
