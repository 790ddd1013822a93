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
  private List<ParameterState> active = List.of();
  private List<Batch> batches = List.of();

  GroupSteps(ParameterGroup group, Noise noise, Optimizer.Path path, Shards shards) {
    this.group = group;
    this.rule = group.rule();
    this.path = path;
    this.shards = shards;
    group.parameters().forEach(parameter -> states.add(new ParameterState(parameter, noise)));
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

  /** One step of every parameter that has a gradient; inside the caller's pointer scope. */
  void step() {
    List<ParameterState> having = states.stream().filter(ParameterState::hasGradient).toList();
    having.forEach(state -> state.begin(rule, lr));
    if (!having.equals(active)) {
      forgetBatches();
      active = having;
      batches = split(having);
    }
    if (rule instanceof Rule.Collective collective && !having.isEmpty()) {
      Map<String, Tensor> found = collective.survey(having, lr, shards);
      having.forEach(state -> state.share(found));
    }
    for (Batch batch : batches) {
      if (path == Optimizer.Path.TOGETHER) {
        rule.step(batch, lr);
      } else {
        batch.members().forEach(member -> rule.update(member, lr));
      }
      batch.endStep();
    }
    having.forEach(ParameterState::end);
  }

  boolean curvatureIsDue() {
    return rule instanceof Rule.Curvature curvature
        && states.stream().anyMatch(state -> state.step() % curvature.every() == 0);
  }

  /** Shows the rule the gradients of the other loss; inside the caller's pointer scope. */
  void observeCurvature() {
    if (rule instanceof Rule.Curvature curvature) {
      for (ParameterState state : states) {
        if (state.hasGradient()) {
          if (state.isEmpty()) {
            state.create(rule.buffers(state.parameter()), rule.numbers());
          }
          state.open();
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
              rule.buffers(state.parameter()),
              rule.numbers(),
              rule instanceof Rule.KeepsGradient));
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

  private static List<Batch> split(Collection<ParameterState> states) {
    Map<Kind, List<ParameterState>> kinds = new LinkedHashMap<>();
    for (ParameterState state : states) {
      var tensor = state.parameter().tensor();
      Kind kind =
          new Kind(
              state.step(),
              tensor.scalar_type().intern(),
              tensor.device().str().getString(),
              Map.copyOf(state.numbers().all()));
      kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(state);
    }
    return kinds.values().stream().map(Batch::new).toList();
  }
}
