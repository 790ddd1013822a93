package dev.steepest.optim;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Copies of parameters, as they are stored, so that what moves away from a point can return to it
 * to the bit. Closing it returns.
 */
final class PointCopies implements AutoCloseable {

  static final PointCopies NONE = new PointCopies(Map.of());

  private final Map<ParameterState, Tensor> copies;

  private PointCopies(Map<ParameterState, Tensor> copies) {
    this.copies = copies;
  }

  /** Copies that outlive the current pointer scope. */
  static PointCopies of(Collection<ParameterState> states) {
    Map<ParameterState, Tensor> copies = new LinkedHashMap<>();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      for (ParameterState state : states) {
        copies.put(state, state.stored().clone().retainReference());
      }
    }
    return new PointCopies(copies);
  }

  /** Lets each state say what it was; until {@link #drop}. */
  void show() {
    copies.forEach(ParameterState::before);
  }

  /** Frees the copies without returning. */
  void drop() {
    copies.forEach((state, copy) -> {
      state.before(null);
      copy.releaseReference();
    });
  }

  /** Puts every parameter back and frees the copies. */
  @Override
  public void close() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      copies.forEach(ParameterState::returnTo);
    } finally {
      drop();
    }
  }
}
