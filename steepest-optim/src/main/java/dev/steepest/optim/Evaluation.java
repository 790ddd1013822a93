package dev.steepest.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/** Parameters at their evaluation points, until closed. */
public final class Evaluation implements AutoCloseable {

  /** What moves which parameters. */
  private record Move(TwoPoints who, List<ParameterState> states) {}

  private final List<Move> moves = new ArrayList<>();
  private final PointCopies training;
  private final Runnable ended;
  private boolean closed;

  Evaluation(List<GroupSteps> groups, List<WrapperSteps> wrappers, Runnable ended) {
    this.ended = ended;
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
    Map<Parameter, ParameterState> moved = new LinkedHashMap<>();
    moves.forEach(
        move -> move.states().forEach(state -> moved.putIfAbsent(state.parameter(), state)));
    training = PointCopies.of(moved.values());
    try {
      moves.forEach(move -> move(move, TwoPoints::toEvaluation));
    } catch (RuntimeException | Error failed) {
      training.close();
      throw failed;
    }
  }

  /** Moves back; a second call does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      moves.reversed().forEach(move -> move(move, TwoPoints::toTraining));
    } finally {
      training.close();
      ended.run();
    }
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
    return states.stream().filter(state -> state.step() > 0).toList();
  }
}
