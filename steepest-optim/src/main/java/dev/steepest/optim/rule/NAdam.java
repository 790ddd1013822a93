package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Numbers;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam with Nesterov momentum: each step already uses the momentum that the next one will have.
 *
 * <pre>
 *   g ← g + λθ (coupled) or θ ← θ(1 − γλ) (decoupled)
 *   μₜ = β₁(1 − ½·0.96^(tψ)),  Π ← Π·μₜ
 *   m ← β₁m + (1 − β₁)g
 *   v ← β₂v + (1 − β₂)g²
 *   d = √(v/(1 − β₂ᵗ)) + ε
 *   θ ← θ − γ(1 − μₜ)/(1 − Π) · g/d − γμₜ₊₁/(1 − Π·μₜ₊₁) · m/d
 * </pre>
 */
@Source(
    title = "Incorporating Nesterov Momentum into Adam",
    authors = "Dozat",
    year = 2016,
    url = "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
    algorithm = "Algorithm 2, as torch.optim.NAdam of version 2",
    deviations = "as torch: m decays by β₁ where the paper has μₜ; weight decay")
public record NAdam(
    @Knob(symbol = "γ", value = "2e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.9", range = "[0, 1)", about = "decay of the first moment")
        double beta1,
    @Knob(symbol = "β₂", value = "0.999", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the second moment")
        double eps,
    @Knob(symbol = "λ", value = "0", range = "[0, inf)", about = "weight decay") double weightDecay,
    @Knob(
            symbol = "decoupled",
            value = "coupled",
            about = "whether the decay goes through the gradient",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(
            symbol = "ψ",
            value = "4e-3",
            range = "[0, inf)",
            about = "how fast the momentum grows from β₁/2 to β₁")
        double momentumDecay)
    implements ElementWise {

  /** Begins a {@code NAdam} whose hyper-parameters have their defaults. */
  public static NAdamBuilder builder() {
    return new NAdamBuilder();
  }

  /** Where the weight decay acts. */
  public enum Decay {
    /** Added to the gradient, hence scaled by the moments. */
    COUPLED,
    /** Taken off the weights, times the learning rate, as in AdamW. */
    DECOUPLED
  }

  private static final String M = "first_moment";
  private static final String V = "second_moment";
  private static final String MU_PRODUCT = "mu_product"; // Π

  /** NAdam on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(Preset.everywhere("nadam", "Adam with Nesterov momentum", NAdam.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M), Buffer.like(parameter, V));
  }

  @Override
  public Map<String, Double> numbers() {
    return Map.of(MU_PRODUCT, 1.0);
  }

  @Override
  public void count(Numbers numbers, long step, double lr) {
    // Π ← Π·μₜ
    numbers.set(MU_PRODUCT, numbers.get(MU_PRODUCT) * mu(step));
  }

  @Override
  public void update(Elements x, double lr) {
    Tensor m = x.buffer(M);
    Tensor v = x.buffer(V);
    Tensor g = x.gradient();
    if (weightDecay != 0) {
      switch (decay) {
        // g ← g + λθ
        case COUPLED -> g = g.add(x.value(), new Scalar(weightDecay));
        // θ ← θ(1 − γλ)
        case DECOUPLED -> x.value().mul_(new Scalar(1 - lr * weightDecay));
      }
    }
    // m ← β₁m + (1 − β₁)g
    m.lerp_(g, new Scalar(1 - beta1));
    // v ← β₂v + (1 − β₂)g²
    v.mul_(new Scalar(beta2)).addcmul_(g, g, new Scalar(1 - beta2));
    // d = √(v/(1 − β₂ᵗ)) + ε
    double root = Math.sqrt(1 - Math.pow(beta2, x.step()));
    Tensor d = v.sqrt().div_(new Scalar(root)).add_(new Scalar(eps));
    // θ ← θ − γ(1 − μₜ)/(1 − Π) · g/d − γμₜ₊₁/(1 − Π·μₜ₊₁) · m/d
    double product = x.number(MU_PRODUCT);
    double next = mu(x.step() + 1);
    x.value()
        .addcdiv_(g, d, new Scalar(-lr * (1 - mu(x.step())) / (1 - product)))
        .addcdiv_(m, d, new Scalar(-lr * next / (1 - product * next)));
  }

  /** μₜ = β₁(1 − ½·0.96^(tψ)); 0.96 and ½ are the paper's. */
  private double mu(long t) {
    return beta1 * (1 - 0.5 * Math.pow(0.96, t * momentumDecay));
  }
}
