package dev.steepest.optim.wrap;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import java.util.List;
import java.util.OptionalLong;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Slow weights that follow the fast ones every k steps, and that these then begin anew from; so
 * does all other state that is given alongside.
 *
 * <pre>
 *   every k updates:
 *     φ ← φ + α(θ − φ)
 *     θ ← φ
 *     m ← 0, or m ← αm + (1 − α)m', with m' the momentum after the last time (pullback)
 * </pre>
 *
 * <p>α is constant, or one minus airbench's decay 0.95ᵏ·(t/T)³, with θ ← φ after the last update T;
 * t then also counts steps that were left out ({@link Optimizer#skip}). What never moves keeps its
 * bits.
 */
@Source(
    title = "Lookahead Optimizer: k steps forward, 1 step back",
    authors = "Zhang, Lucas, Hinton, Ba",
    year = 2019,
    url = "https://arxiv.org/abs/1907.08610",
    algorithm =
        "Algorithm 1, as michaelrzhang/lookahead; sync=after_first as alphadl/lookahead.pytorch; curve=airbench as"
            + " KellerJordan/cifar10-airbench airbench94.py",
    deviations = "airbench's 0.95⁵ is 0.95ᵏ, the same at its k = 5")
public record Lookahead(
    @Knob(symbol = "k", value = "5", range = "[1, inf)", about = "updates between synchronisations")
        long k,
    @Knob(
            symbol = "α",
            value = "0.5",
            range = "[0, 1]",
            about = "how far the slow weights go to the fast ones; 1 is the bare rule")
        double alpha,
    @Knob(
            symbol = "φ₀",
            value = "from_start",
            about = "where the slow weights begin and when they are first synchronised")
        Sync sync,
    @Knob(symbol = "α(t)", value = "constant", about = "how α moves") Curve curve,
    @Knob(
            symbol = "T",
            value = "0",
            range = "[0, inf)",
            about = "updates of the whole run; 0: as whoever makes the run says",
            activeWith = "curve=airbench,k=1")
        long steps,
    @Knob(
            symbol = "pullback",
            value = "none",
            about = "what becomes of the rule's momentum at a synchronisation",
            activeWith = "k=2")
        Pullback pullback)
    implements Wrapper, Wrapper.WholeState, Wrapper.OfWholeRun {

  public Lookahead {
    if (curve == Curve.AIRBENCH && sync != Sync.FROM_START) {
      throw new IllegalArgumentException(
          "lookahead: curve=airbench counts updates from the start; set sync to from_start");
    }
    if (curve == Curve.AIRBENCH && steps != 0 && steps < k) {
      throw new IllegalArgumentException(
          "lookahead: with curve=airbench a run of steps="
              + steps
              + " would end at the weights that it began with, as the first synchronisation is after"
              + " k="
              + k
              + "; set k to at most steps");
    }
  }

  /** Begins a {@code Lookahead} whose hyper-parameters have their defaults. */
  public static LookaheadBuilder builder() {
    return new LookaheadBuilder();
  }

  /** When synchronisations come. */
  public enum Sync {
    /** After updates k, 2k, …; the slow weights begin as the initial ones: the paper. */
    FROM_START,
    /** After updates 1, 1 + k, …; they begin as the weights after the first update: alphadl. */
    AFTER_FIRST
  }

  /** How α moves. */
  public enum Curve {
    CONSTANT,
    /** 1 − 0.95ᵏ·(t/T)³: the slow weights become an average towards the end of the run. */
    AIRBENCH
  }

  /** What becomes of a momentum. */
  public enum Pullback {
    NONE,
    /** It becomes zero. */
    RESET,
    /** It is interpolated with what it was after the last synchronisation, as the paper says. */
    INTERPOLATE,
    /**
     * As michaelrzhang/lookahead's "pullback" does, whose copy of the momentum is no copy but the
     * momentum itself: it is multiplied by α, from the second time on by α(2 − α).
     */
    SHARED
  }

  private static final String SLOW = "slow";
  private static final String MOMENTUM = "slow_momentum";
  private static final double AVERAGE = 0.95; // measured by airbench; per update
  private static final long UNKNOWN = 0; // length of the run

  /**
   * Lookahead with a decay of its own for each synchronisation, after updates k, 2k, …; after the
   * last one nothing more is done.
   *
   * @param decays what the slow weights keep of themselves, one minus α
   */
  public static Wrapper withDecays(long k, double... decays) {
    return new ListedLookahead(k, decays);
  }

  @Override
  public Lookahead forRunOf(OptionalLong run) {
    if (curve != Curve.AIRBENCH || steps != UNKNOWN) {
      return this;
    }
    long length =
        run.orElseThrow(() ->
            new IllegalArgumentException(
                "lookahead: curve=airbench moves over the whole run, whose length nobody has said;"
                    + " set steps to the number of updates, or call OptimizerBuilder.runOf(steps)"));
    return new Lookahead(k, alpha, sync, curve, length, pullback);
  }

  @Override
  public Place place() {
    return Place.SLOW_WEIGHTS;
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    Buffer slow = Buffer.copyOf(parameter, SLOW);
    return pullback == Pullback.INTERPOLATE
        ? List.of(slow, Buffer.like(parameter, MOMENTUM))
        : List.of(slow);
  }

  /** The curve is one of the run's steps, and its last one brings the weights together. */
  @Override
  public boolean countsLeftOut() {
    return curve == Curve.AIRBENCH;
  }

  @Override
  public boolean acts(long step) {
    return isDue(step) || isLast(step);
  }

  @Override
  public void after(List<ParameterState> all) {
    for (ParameterState p : all) {
      long t = p.step();
      if (isDue(t)) {
        if (sync == Sync.AFTER_FIRST && t == 1) {
          p.buffer(SLOW).copy_(p.value());
        }
        pull(p, SLOW, pace(t));
        p.momentum().ifPresent(m -> pullBack(p, m));
      }
      if (isLast(t)) {
        // θ ← φ
        p.value().copy_(p.buffer(SLOW));
      }
    }
  }

  /** φ ← φ + α(θ − φ); θ ← φ */
  static void pull(ParameterState p, String slow, double alpha) {
    // Equal values stay equal, and at α = 1 it is θ, to the bit.
    p.value().copy_(p.buffer(slow).lerp_(p.value(), new Scalar(alpha)));
  }

  private void pullBack(ParameterState p, Tensor m) {
    switch (pullback) {
      case NONE -> {}
      // m ← 0
      case RESET -> m.zero_();
      // m ← αm + (1 − α)m'
      case INTERPOLATE -> {
        double a = pace(p.step());
        // A rule may keep it with dimensions merged.
        Tensor slow = p.buffer(MOMENTUM);
        m.mul_(new Scalar(a)).add_(slow.reshape_as(m), new Scalar(1 - a));
        slow.copy_(m.reshape_as(slow));
      }
      case SHARED -> {
        double a = pace(p.step());
        boolean first = p.step() == (sync == Sync.FROM_START ? k : 1);
        m.mul_(new Scalar(first ? a : a * (2 - a)));
      }
    }
  }

  private boolean isDue(long t) {
    return sync == Sync.FROM_START ? t % k == 0 : (t - 1) % k == 0;
  }

  private boolean isLast(long t) {
    return curve == Curve.AIRBENCH && t == steps;
  }

  /** α at update {@code t}. */
  private double pace(long t) {
    return switch (curve) {
      case CONSTANT -> alpha;
      case AIRBENCH -> 1 - airbenchDecay(t);
    };
  }

  /** In float32, as airbench's table is: a reproduction wants the same bits. */
  private double airbenchDecay(long t) {
    float share = Math.min(1, (float) t / steps);
    return (float) Math.pow(AVERAGE, k) * (share * share * share);
  }
}
