package dev.steepest.optim.wrap;

import dev.steepest.optim.HalfPrecision;
import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Sharpness-aware minimisation: the rules get the gradient of the steepest point nearby.
 *
 * <pre>
 *   SAM:   ε̂ = ρ·g / (‖g‖ + 1e-12)
 *   ASAM:  ε̂ = ρ·w²·g / (‖|w|·g‖ + 1e-12)
 *   g ← ∇L(w + ε̂), computed by the caller; w as before, to the bit
 * </pre>
 *
 * <p>Norms are over all parameters together. A parameter in half precision moves to a number that
 * its type has, as its {@link HalfPrecision} says: {@code NEAREST} to the one nearest w + ε̂, which
 * is w itself where |ε̂| is below half a unit in the last place; {@code STOCHASTIC} by ε̂ on
 * average; {@code MASTER_COPY} to the one nearest the copy plus ε̂.
 */
@Source(
    title = "Sharpness-Aware Minimization for Efficiently Improving Generalization",
    authors = "Foret, Kleiner, Mobahi, Neyshabur",
    year = 2021,
    url = "https://arxiv.org/abs/2010.01412",
    algorithm =
        "Algorithm 1 with p = 2, as davda54/sam sam.py; adaptive: Kwon et al. 2021 (arXiv 2102.11600)",
    deviations =
        "the adaptive form adds no η to |w|, as davda54/sam; the point is restored from a copy, not by subtraction")
public record Sam(
    @Knob(
            symbol = "ρ",
            value = "0.05",
            range = "[0, inf)",
            about = "how far away the gradient is taken; some ten times as much where adaptive")
        double rho,
    @Knob(
            symbol = "ASAM",
            value = "false",
            about =
                "whether the neighbourhood grows with each weight, so that scaling changes nothing")
        boolean adaptive)
    implements Wrapper, Wrapper.SecondGradient {

  /** Begins a {@code Sam} whose hyper-parameters have their defaults. */
  public static SamBuilder builder() {
    return new SamBuilder();
  }

  private static final double EPS = 1e-12; // as davda54/sam

  @Override
  public Place place() {
    return Place.POINT;
  }

  @Override
  public void climb(List<ParameterState> all, Shards shards) {
    // ‖g‖, or ‖|w|·g‖
    List<Tensor> scaled =
        all.stream().map(p -> adaptive ? p.value().mul(p.gradient()) : p.gradient()).toList();
    Tensor length =
        GlobalNorm.of(scaled, shards).add_(new Scalar(EPS)).reciprocal_().mul_(new Scalar(rho));
    for (int i = 0; i < all.size(); i++) {
      Tensor w = all.get(i).value();
      // ε̂ = ρ·g/‖g‖, or ρ·w·(w·g)/‖w·g‖
      Tensor direction = adaptive ? w.mul(scaled.get(i)) : scaled.get(i);
      // w ← w + ε̂
      w.add_(direction.mul(length));
    }
  }
}
