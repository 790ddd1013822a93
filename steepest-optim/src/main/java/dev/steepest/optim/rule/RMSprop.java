package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradient over the root of its mean square.
 *
 * <pre>
 *   g ← g + λθ
 *   v ← αv + (1 − α)g²
 *   ḡ ← αḡ + (1 − α)g (centered)
 *   d = √(v − ḡ²) + ε (centered) or √v + ε
 *   b ← μb + g/d
 *   θ ← θ − γb
 * </pre>
 */
@Source(
    title = "Neural Networks for Machine Learning, lecture 6.5: rmsprop",
    authors = "Tieleman, Hinton",
    year = 2012,
    url = "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
    algorithm =
        "torch.optim.RMSprop; centered and momentum are of Graves, Generating Sequences With"
            + " Recurrent Neural Networks, equations 38 to 41",
    deviations =
        "a variance that rounding takes below 0 is 0, where torch has NaN; ε is added to the root,"
            + " as torch does, where Graves has it inside")
public record RMSprop(
    @Knob(symbol = "γ", value = "0.01", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "α", value = "0.99", range = "[0, 1)", about = "decay of the mean square")
        double alpha,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the mean square")
        double eps,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, added to the gradient")
        double weightDecay,
    @Knob(symbol = "μ", value = "0", range = "[0, 1)", about = "momentum; 0 keeps no buffer")
        double momentum,
    @Knob(
            symbol = "centered",
            value = "mean_square",
            about = "what the gradient is measured against")
        Scale scale)
    implements ElementWise {

  /** Begins a {@code RMSprop} whose hyper-parameters have their defaults. */
  public static RMSpropBuilder builder() {
    return new RMSpropBuilder();
  }

  /** The square of what a gradient is divided by. */
  public enum Scale {
    /** v, the mean square. */
    MEAN_SQUARE,
    /** v − ḡ², the variance: torch's centered. */
    VARIANCE
  }

  private static final String V = "mean_square";
  private static final String MEAN = "mean";
  private static final String B = "momentum";

  /** RMSprop on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "rmsprop", "the gradient over the root of its mean square", RMSprop.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    List<Buffer> buffers = new ArrayList<>(List.of(Buffer.like(parameter, V)));
    if (scale == Scale.VARIANCE) {
      buffers.add(Buffer.like(parameter, MEAN));
    }
    if (momentum != 0) {
      buffers.add(Buffer.like(parameter, B));
    }
    return buffers;
  }

  @Override
  public void update(Elements x, double lr) {
    // g ← g + λθ
    Tensor g =
        weightDecay == 0 ? x.gradient() : x.gradient().add(x.value(), new Scalar(weightDecay));
    // v ← αv + (1 − α)g²
    Tensor v = x.buffer(V).mul_(new Scalar(alpha)).addcmul_(g, g, new Scalar(1 - alpha));
    // d = √(v − ḡ²) + ε or √v + ε
    Tensor d =
        (scale == Scale.VARIANCE ? variance(x, g, v).sqrt_() : v.sqrt()).add_(new Scalar(eps));
    if (momentum == 0) {
      // θ ← θ − γg/d
      x.value().addcdiv_(g, d, new Scalar(-lr));
    } else {
      // b ← μb + g/d
      Tensor b = x.buffer(B).mul_(new Scalar(momentum)).addcdiv_(g, d);
      // θ ← θ − γb
      x.value().sub_(b, new Scalar(lr));
    }
  }

  private Tensor variance(Elements x, Tensor g, Tensor v) {
    // ḡ ← αḡ + (1 − α)g
    Tensor mean = x.buffer(MEAN).lerp_(g, new Scalar(1 - alpha));
    // v − ḡ²; the last digits may fall below 0 once the gradient hardly changes
    return v.addcmul(mean, mean, new Scalar(-1.0)).clamp_min_(new Scalar(0.0));
  }
}
