package dev.steepest.optim.wrap;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Source;
import dev.steepest.optim.TwoPoints;
import dev.steepest.optim.Wrapper;
import java.util.List;
import org.bytedeco.pytorch.Scalar;

/**
 * An exponential moving average of the network's whole state, at which it is evaluated; training
 * does not see it.
 *
 * <pre>
 *   a₀ = w₀
 *   every k updates, the n-th time:
 *     d = β, or min(β, (1 + n)/(10 + n)) with warm-up
 *     a ← d·a + (1 − d)·w
 * </pre>
 *
 * <p>Parameters in half precision have a float32 average, so that small changes are not lost.
 */
@Source(
    title = "Acceleration of Stochastic Approximation by Averaging",
    authors = "Polyak, Juditsky",
    year = 1992,
    url = "https://doi.org/10.1137/0330046",
    algorithm =
        "exponential in place of equal weights, as tf.train.ExponentialMovingAverage, whose num_updates is the"
            + " warm-up")
public record Ema(
    @Knob(symbol = "β", value = "0.999", range = "[0, 1)", about = "decay of the average")
        double decay,
    @Knob(
            symbol = "d",
            value = "none",
            about = "whether the average first follows fast",
            activeWith = "decay=0.9")
        WarmUp warmUp,
    @Knob(symbol = "k", value = "1", range = "[1, inf)", about = "updates between its own")
        long every)
    implements Wrapper, Wrapper.WholeState, TwoPoints {

  /** Begins a {@code Ema} whose hyper-parameters have their defaults. */
  public static EmaBuilder builder() {
    return new EmaBuilder();
  }

  /** How the decay begins. */
  public enum WarmUp {
    NONE,
    /** (1 + n)/(10 + n) until that reaches β: about the last tenth of the run so far. */
    RATIO
  }

  private static final String AVERAGE = "average";
  private static final double WIDTH = 10; // of tf.train.ExponentialMovingAverage

  @Override
  public Place place() {
    return Place.AVERAGE;
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.copyOf(parameter, AVERAGE));
  }

  @Override
  public boolean acts(long step) {
    return step % every == 0;
  }

  @Override
  public void after(List<ParameterState> all) {
    for (ParameterState p : all) {
      // d = min(β, (1 + n)/(10 + n))
      long n = p.step() / every;
      double d = warmUp == WarmUp.NONE ? decay : Math.min(decay, (1.0 + n) / (WIDTH + n));
      // a ← d·a + (1 − d)·w
      p.buffer(AVERAGE).lerp_(p.value(), new Scalar(1 - d));
    }
  }

  @Override
  public void toEvaluation(ParameterState p) {
    p.value().copy_(p.buffer(AVERAGE));
  }
}
