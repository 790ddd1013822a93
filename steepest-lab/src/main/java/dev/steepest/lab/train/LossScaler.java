package dev.steepest.lab.train;

/**
 * Keeps fp16 gradients representable: the loss is multiplied by a scale that halves when a gradient
 * overflowed (that step is skipped) and doubles after a run of good steps. Factors and interval are
 * those of torch.amp.GradScaler. In other precisions the scale is 1 and never moves.
 */
final class LossScaler {
  private static final double INITIAL = 65_536; // GradScaler's init_scale
  private static final double GROWTH = 2; // its growth_factor
  private static final double BACKOFF = 0.5; // its backoff_factor
  private static final int INTERVAL = 2000; // its growth_interval, steps

  private final boolean active;
  private State state;

  /**
   * What a checkpoint keeps.
   *
   * @param scale factor of the loss
   * @param goodSteps steps since the scale last moved
   */
  record State(double scale, int goodSteps) {}

  LossScaler(Precision precision) {
    active = precision == Precision.FP16;
    state = new State(active ? INITIAL : 1, 0);
  }

  boolean active() {
    return active;
  }

  double scale() {
    return state.scale();
  }

  State state() {
    return state;
  }

  void restore(State saved) {
    state = saved;
  }

  /** Learns whether the last gradient was finite and moves the scale. */
  void update(boolean finite) {
    if (!active) {
      return;
    }
    if (!finite) {
      state = new State(state.scale() * BACKOFF, 0);
    } else if (state.goodSteps() + 1 == INTERVAL) {
      state = new State(state.scale() * GROWTH, 0);
    } else {
      state = new State(state.scale(), state.goodSteps() + 1);
    }
  }
}
