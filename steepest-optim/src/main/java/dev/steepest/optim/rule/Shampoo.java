package dev.steepest.optim.rule;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.InverseRoot;
import dev.steepest.optim.linalg.MergedShape;
import dev.steepest.optim.linalg.ModeProduct;
import dev.steepest.optim.linalg.Tiling;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One preconditioner per dimension, from the sums of the gradient's outer products: for a matrix
 * L^(−1/4)·G·R^(−1/4).
 *
 * <pre>
 *   G ← G + λW (L2)
 *   for each tile of the merged tensor and each of its D dimensions d:
 *     L_d ← β₂L_d + w·G_(d)G_(d)ᵀ          w = 1 − β₂, or 1 where β₂ = 1 (AdaGrad)
 *     every f steps: R_d = (L_d/(1 − β₂ᵗ) + εI)^(−1/(2D))
 *   Ḡ = (β₃M + (1 − β₃)G)/(1 − β₃β₁ᵗ⁻¹);  M ← β₁M + (1 − β₁)G
 *   P = Ḡ with R_d applied along each d;  P ← P·‖graft(Ḡ)‖/‖P‖;  before the first R: graft(Ḡ)
 *   P ← P + λW (decoupled)
 *   V ← μV + (1 − τ)P;  P ← V, or (1 − τ)P + μV with Nesterov
 *   W ← W − ηP
 * </pre>
 *
 * <p>G_(d) is G unfolded along d. Fused matrices stay one.
 *
 * <p>Cost for an m×n matrix: 2mn(m + n) multiplications for the sums and as many for P in each
 * step; an eigendecomposition of m×m and of n×n every f steps, in float64. State: 2(m² + n²), and
 * mn each for M, V and the grafted second moment where they are in use. On a GPU the
 * eigendecomposition waits for the device; nothing else does. Six of 256², float32: .9 ms each, 16
 * with new roots, AdamW .08 (measured, 2 shared cores).
 */
@Source(
    title = "Shampoo: Preconditioned Stochastic Tensor Optimization",
    authors = "Gupta, Koren, Singer",
    year = 2018,
    url = "https://arxiv.org/abs/1802.09568",
    algorithm =
        "Algorithms 1 and 2, as facebookresearch/optimizers distributed_shampoo (arXiv 2309.06497)",
    deviations =
        "roots are computed in float64 for every type (the source tries float32 first); tensors are merged to"
            + " matrices, the source's default merges to vectors where these are short enough")
public record Shampoo(
    @Knob(symbol = "η", value = "0.01", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.9", range = "[0, 1)", about = "average of the gradients")
        double beta1,
    @Knob(
            symbol = "β₂",
            value = "1",
            range = "(0, 1]",
            about = "decay of the outer products; 1 adds them up")
        double beta2,
    @Knob(
            symbol = "β₃",
            value = "-1",
            range = "[-1, 1)",
            about = "average that this step uses; negative is β₁, β₁² is like NAdam",
            activeWith = "beta3=0.5")
        double beta3,
    @Knob(
            symbol = "ε",
            value = "1e-12",
            range = "(0, inf)",
            about = "added to the diagonal before the root")
        double eps,
    @Knob(symbol = "λ", value = "0", range = "[0, inf)", about = "weight decay") double weightDecay,
    @Knob(
            symbol = "λ",
            value = "decoupled",
            about = "where weight decay goes",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(symbol = "f", value = "1", range = "[1, inf)", about = "steps from one root to the next")
        long preconditionFrequency,
    @Knob(
            symbol = "start_preconditioning_step",
            value = "0",
            range = "[0, inf)",
            about = "step of the first root; 0 is f",
            activeWith = "precondition_frequency=3")
        long startPreconditioningStep,
    @Knob(
            symbol = "1 − βᵗ",
            value = "true",
            about = "whether averages are corrected for their start")
        boolean biasCorrection,
    @Knob(
            symbol = "1/(2D)",
            value = "0",
            range = "[0, inf)",
            about = "exponent of the roots; 0 is 1/(2D)")
        double inverseExponent,
    @Knob(
            symbol = "max_preconditioner_dim",
            value = "1024",
            range = "[1, inf)",
            about = "longer dimensions are cut",
            activeWith = "max_preconditioner_dim=11")
        long maxPreconditionerDim,
    @Knob(
            symbol = "target_parameter_dimensionality",
            value = "2",
            range = "[0, inf)",
            about = "dimensions are merged down to this many; 0 leaves them")
        long targetDimensionality,
    @Knob(symbol = "graft", value = "none", about = "rule whose step's norm each tile takes")
        Graft graft,
    @Knob(
            symbol = "β₂ of graft",
            value = "0.999",
            range = "[0, 1)",
            about = "decay of the grafted second moment",
            activeWith = "graft=adam")
        double graftBeta2,
    @Knob(
            symbol = "ε of graft",
            value = "1e-10",
            range = "(0, inf)",
            about = "added to the root of the grafted second moment",
            activeWith = "graft=adam")
        double graftEps,
    @Knob(symbol = "μ", value = "0", range = "[0, 1)", about = "momentum of the steps")
        double momentum,
    @Knob(
            symbol = "τ",
            value = "0",
            range = "[0, 1)",
            about = "dampening of the momentum",
            activeWith = "momentum=0.9")
        double dampening,
    @Knob(symbol = "Nesterov", value = "false", about = "look ahead", activeWith = "momentum=0.9")
        boolean nesterov)
    implements Rule {

  /** Begins a {@code Shampoo} whose hyper-parameters have their defaults. */
  public static ShampooBuilder builder() {
    return new ShampooBuilder();
  }

  /** Where weight decay goes. */
  public enum Decay {
    /** Into the step. */
    DECOUPLED,
    /** Into the gradient. */
    L2,
    /** Into the step, times this step's share of the full learning rate once more. */
    CORRECTED,
    /** Into the step, divided by the full learning rate. */
    INDEPENDENT
  }

  /** The rule that gives the step its length. */
  public enum Graft {
    /** None: Shampoo's own length, and the averaged gradient before the first root. */
    NONE,
    SGD,
    ADAGRAD,
    RMSPROP,
    ADAM;

    boolean hasSecondMoment() {
      return this == ADAGRAD || this == RMSPROP || this == ADAM;
    }
  }

  private static final double TINY = 1e-16; // as the source: a step of zeros stays zero

  private static final String M = "first_moment";
  private static final String V = "momentum";
  private static final String GRAFT = "graft_second_moment";

  /** A factor of one tile and the place of its root. */
  private record Factor(Tensor sum, Tensor root) {}

  /** Shampoo with Adam's step lengths on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    EnumSet<Role> vectors = EnumSet.of(Role.VECTOR, Role.SCALAR);
    // Averages, lengths and rates of the source's replacement of Adam; the frequency is assumed.
    Map<String, Object> asAdam =
        Map.of("lr", 1e-3, "beta2", 0.999, "graft", "adam", "precondition_frequency", 10L);
    return List.of(
        new Preset(
            "shampoo",
            "inverse roots of the gradient's outer products, with Adam's step lengths",
            List.of(
                new Preset.Slot("", EnumSet.complementOf(vectors), Shampoo.class, asAdam),
                new Preset.Slot(
                    "vectors",
                    vectors,
                    Shampoo.class,
                    Map.of("weight_decay", 0.0),
                    Preset.Defaults.MAIN))));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    List<Buffer> all = new ArrayList<>();
    if (beta1 != 0) {
      all.add(Buffer.like(parameter, M));
    }
    if (momentum != 0) {
      all.add(Buffer.like(parameter, V));
    }
    if (graft.hasSecondMoment()) {
      all.add(Buffer.like(parameter, GRAFT));
    }
    List<Tiling.Tile> tiles = tiling(parameter).tiles();
    for (int tile = 0; tile < tiles.size(); tile++) {
      for (int d = 0; d < tiles.get(tile).order(); d++) {
        long n = tiles.get(tile).size().get(d);
        all.add(Buffer.zeros(sum(tile, d), n, n));
        all.add(new Buffer(root(tile, d), List.of(n, n), Buffer.Fill.IDENTITY, 1));
      }
    }
    return all;
  }

  @Override
  public void update(ParameterState p, double lr) {
    move(List.of(p), lr);
  }

  @Override
  public void step(Batch batch, double lr) {
    move(batch.members(), lr);
  }

  private void move(List<ParameterState> members, double lr) {
    List<Tensor> gradients = new ArrayList<>();
    for (ParameterState p : members) {
      // G ← G + λW
      Tensor g =
          decay == Decay.L2 ? p.gradient().add(p.value(), new Scalar(weightDecay)) : p.gradient();
      gradients.add(g);
      accumulate(p, g);
    }
    long t = members.getFirst().step();
    if (t == start() || (t > start() && t % preconditionFrequency == 0)) {
      takeRoots(members, t);
    }
    for (int i = 0; i < members.size(); i++) {
      ParameterState p = members.get(i);
      Tensor direction = direction(p, filtered(p, gradients.get(i)));
      // P ← P + λW
      double share = decayShare(lr);
      if (share != 0) {
        direction = direction.add(p.value(), new Scalar(share));
      }
      // W ← W − ηP
      p.value().sub_(withMomentum(p, direction), new Scalar(lr));
    }
  }

  /** L_d ← β₂L_d + w·G_(d)G_(d)ᵀ, and the grafted rule's second moment likewise. */
  private void accumulate(ParameterState p, Tensor g) {
    List<Tensor> parts = tiling(p.parameter()).cut(g);
    for (int tile = 0; tile < parts.size(); tile++) {
      for (int d = 0; d < parts.get(tile).dim(); d++) {
        Tensor u = ModeProduct.unfold(parts.get(tile), d);
        p.buffer(sum(tile, d))
            .addmm_(u, u.t(), new Scalar(beta2), new Scalar(beta2 == 1 ? 1 : 1 - beta2));
      }
    }
    if (graft.hasSecondMoment()) {
      double keep = graft == Graft.ADAGRAD ? 1 : graftBeta2;
      p.buffer(GRAFT)
          .mul_(new Scalar(keep))
          .addcmul_(g, g, new Scalar(graft == Graft.ADAGRAD ? 1 : 1 - keep));
    }
  }

  /** R_d = (L_d/(1 − β₂ᵗ) + εI)^(−1/(2D)), matrices of one size and exponent together. */
  private void takeRoots(List<ParameterState> members, long t) {
    double correction = biasCorrection && beta2 < 1 ? 1 - Math.pow(beta2, t) : 1;
    Map<Double, List<Factor>> byExponent = new TreeMap<>();
    for (ParameterState p : members) {
      List<Tiling.Tile> tiles = tiling(p.parameter()).tiles();
      for (int tile = 0; tile < tiles.size(); tile++) {
        int order = tiles.get(tile).order();
        double exponent = inverseExponent > 0 ? inverseExponent : 0.5 / order;
        for (int d = 0; d < order; d++) {
          byExponent
              .computeIfAbsent(exponent, _ -> new ArrayList<>())
              .add(new Factor(p.buffer(sum(tile, d)), p.buffer(root(tile, d))));
        }
      }
    }
    byExponent.forEach((exponent, factors) -> {
      List<Tensor> sums =
          factors.stream().map(factor -> factor.sum().div(new Scalar(correction))).toList();
      List<Tensor> roots = new InverseRoot(exponent, eps).ofAll(sums);
      for (int i = 0; i < roots.size(); i++) {
        factors.get(i).root().copy_(roots.get(i));
      }
    });
  }

  /** Ḡ = (β₃M + (1 − β₃)G)/(1 − β₃β₁ᵗ⁻¹); M ← β₁M + (1 − β₁)G */
  private Tensor filtered(ParameterState p, Tensor g) {
    if (beta1 == 0) {
      return g;
    }
    double now = beta3 < 0 ? beta1 : beta3;
    Tensor m = p.buffer(M);
    Tensor average = m.lerp(g, new Scalar(1 - now));
    m.lerp_(g, new Scalar(1 - beta1));
    return biasCorrection
        ? average.div_(new Scalar(1 - now * Math.pow(beta1, p.step() - 1)))
        : average;
  }

  /** P before weight decay and momentum, shaped as the parameter. */
  private Tensor direction(ParameterState p, Tensor filtered) {
    if (p.step() < start()) {
      return graft(p, filtered);
    }
    Tiling tiling = tiling(p.parameter());
    List<Tensor> parts = new ArrayList<>(tiling.cut(filtered));
    List<Tensor> lengths = graft == Graft.NONE ? List.of() : tiling.cut(graft(p, filtered));
    for (int tile = 0; tile < parts.size(); tile++) {
      Tensor part = parts.get(tile);
      for (int d = 0; d < part.dim(); d++) {
        part = ModeProduct.times(part, d, p.buffer(root(tile, d)));
      }
      if (graft != Graft.NONE) {
        // P ← P·‖graft(Ḡ)‖/‖P‖
        Tensor wanted = lengths.get(tile).norm();
        part = part.mul(wanted.div_(part.norm().add_(new Scalar(TINY))));
      }
      parts.set(tile, part);
    }
    return tiling.join(parts, p.value());
  }

  /** What the grafted rule makes of the averaged gradient. */
  private Tensor graft(ParameterState p, Tensor filtered) {
    if (!graft.hasSecondMoment()) {
      return filtered;
    }
    double correction = graft == Graft.ADAM ? 1 - Math.pow(graftBeta2, p.step()) : 1;
    return filtered.div(
        p.buffer(GRAFT).div(new Scalar(correction)).sqrt_().add_(new Scalar(graftEps)));
  }

  /** V ← μV + (1 − τ)P; P ← V, or (1 − τ)P + μV */
  private Tensor withMomentum(ParameterState p, Tensor direction) {
    if (momentum == 0) {
      return direction;
    }
    Tensor v = p.buffer(V);
    v.mul_(new Scalar(momentum)).add_(direction, new Scalar(1 - dampening));
    return nesterov ? direction.mul(new Scalar(1 - dampening)).add_(v, new Scalar(momentum)) : v;
  }

  private double decayShare(double now) {
    return switch (decay) {
      case L2 -> 0;
      case DECOUPLED -> weightDecay;
      case CORRECTED -> weightDecay * now / lr;
      case INDEPENDENT -> weightDecay / lr;
    };
  }

  private long start() {
    return startPreconditioningStep > 0 ? startPreconditioningStep : preconditionFrequency;
  }

  private Tiling tiling(Parameter parameter) {
    long[] own = parameter.tensor().sizes().vec().get();
    boolean merges = targetDimensionality > 0 || own.length == 0;
    return Tiling.of(
        merges ? MergedShape.fromRight(own, targetDimensionality, maxPreconditionerDim) : own,
        maxPreconditionerDim);
  }

  private static String sum(int tile, int d) {
    return "sum_" + tile + "_" + d;
  }

  private static String root(int tile, int d) {
    return "root_" + tile + "_" + d;
  }
}
