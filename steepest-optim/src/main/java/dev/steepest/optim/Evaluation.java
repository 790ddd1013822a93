package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/** Parameters at their evaluation points, until closed. */
public final class Evaluation implements AutoCloseable {

  /** What moves which parameters. */
  private record Move(TwoPoints who, List<ParameterState> states) {}

  private final List<Move> moves = new ArrayList<>();

  Evaluation(List<GroupSteps> groups, List<WrapperSteps> wrappers) {
    for (GroupSteps group : groups) {
      if (group.rule() instanceof TwoPoints rule) {
        moves.add(new Move(rule, updated(group.states())));
      }
    }
    for (WrapperSteps steps : wrappers.reversed()) {
      if (steps.wrapper() instanceof TwoPoints wrapper) {
        moves.add(new Move(wrapper, updated(steps.states())));
      }
    }
    moves.forEach(move -> move(move, TwoPoints::toEvaluation));
  }

  @Override
  public void close() {
    moves.reversed().forEach(move -> move(move, TwoPoints::toTraining));
    moves.clear();
  }

  private static void move(Move move, BiConsumer<TwoPoints, ParameterState> way) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (ParameterState state : move.states()) {
        try (PointerScope _ = new PointerScope()) {
          way.accept(move.who(), state);
          state.end();
        }
      }
    }
  }

  private static List<ParameterState> updated(List<ParameterState> states) {
    return states.stream().filter(state -> !state.isEmpty()).toList();
  }
}
