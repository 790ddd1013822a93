package dev.steepest.optim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A group in motion: its parameters' states, and the batches in which they are updated. */
final class GroupSteps {

  /** What the members of a batch have in common. */
  private record Kind(long step, ScalarType type, String device) {}

  private final Rule rule;
  private final Optimizer.Path path;
  private final List<ParameterState> states = new ArrayList<>();
  private List<ParameterState> active = List.of();
  private List<Batch> batches = List.of();

  GroupSteps(ParameterGroup group, long seed, Optimizer.Path path) {
    this.rule = group.rule();
    this.path = path;
    group.parameters().forEach(parameter -> states.add(new ParameterState(parameter, seed)));
  }

  Rule rule() {
    return rule;
  }

  List<ParameterState> states() {
    return states;
  }

  /** One step of every parameter that has a gradient; inside the caller's pointer scope. */
  void step(double factor) {
    List<ParameterState> having = states.stream().filter(ParameterState::hasGradient).toList();
    having.forEach(state -> state.begin(rule));
    if (!having.equals(active)) {
      forgetBatches();
      active = having;
      batches = split(having);
    }
    double lr = rule.lr() * factor;
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
          new Kind(state.step(), tensor.scalar_type().intern(), tensor.device().str().getString());
      kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(state);
    }
    return kinds.values().stream().map(Batch::new).toList();
  }
}
