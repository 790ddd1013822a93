package dev.steepest.optim.rule;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.Eigenbasis;
import dev.steepest.optim.linalg.MergedShape;
import dev.steepest.optim.linalg.ModeProduct;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam in the eigenbasis of Shampoo's preconditioner.
 *
 * <pre>
 *   first call, for each dimension d of at most max_precond_dim:
 *     L_d = (1 − β)·G_(d)G_(d)ᵀ;  Q_d = eigenvectors of L_d;  the weights stay
 *   later calls, t = 1, 2, …:
 *     G′ = G with Q_dᵀ applied along each d
 *     M ← β₁M + (1 − β₁)G′;  V ← β₂V + (1 − β₂)G′²
 *     N = M/(√V + ε) with Q_d applied along each d;  N ← N/rms(N) (normalize)
 *     W ← W − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·N
 *     W ← W(1 − ηλ)
 *     L_d ← βL_d + (1 − β)G_(d)G_(d)ᵀ
 *     every f calls: Q_d sorted by diag(Q_dᵀL_dQ_d), V with it;  Q_d ← orthonormal basis of L_dQ_d;
 *                    M from the old basis to the new one
 * </pre>
 *
 * <p>G_(d) is G unfolded along d. Vectors are plain Adam unless asked otherwise, and also leave the
 * first call out. Fused matrices stay one. V is sorted with the basis, not turned: where gradients
 * span few directions and f is small, a direction that was dead until now takes a long step.
 *
 * <p>Cost for an m×n matrix: 3mn(m + n) multiplications per step for the sums and both changes of
 * basis; every f steps a QR and a product of m×m and of n×n; in the first step an
 * eigendecomposition of each, in float64. State: 2(m² + n²) + 2mn. On a GPU only the first step
 * waits for the device. Six of 256², float32: 2.6 ms each, 9 with a change of basis, AdamW .08
 * (measured, 2 shared cores).
 */
@Source(
    title = "SOAP: Improving and Stabilizing Shampoo using Adam",
    authors = "Vyas, Morwani, Zhao, Kwun, Shapira, Brandfonbrener, Janson, Kakade",
    year = 2024,
    url = "https://arxiv.org/abs/2409.11321",
    algorithm = "Algorithm 3, as nikhilvyas/SOAP soap.py: ε is not corrected for the start",
    deviations =
        "first bases are computed in float64 for every type (the source falls back to it); M changes its basis only"
            + " when the basis changes")
public record Soap(
    @Knob(symbol = "η", value = "3e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.95", range = "[0, 1)", about = "decay of the first moment")
        double beta1,
    @Knob(symbol = "β₂", value = "0.95", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(
            symbol = "β",
            value = "-1",
            range = "[-1, 1)",
            about = "decay of the outer products; negative is β₂",
            activeWith = "shampoo_beta=0.5,precondition_frequency=1")
        double shampooBeta,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the second moment")
        double eps,
    @Knob(
            symbol = "λ",
            value = "0.01",
            range = "[0, inf)",
            about = "weight decay after the step, times the learning rate")
        double weightDecay,
    @Knob(
            symbol = "f",
            value = "10",
            range = "[1, inf)",
            about = "calls from one change of basis to the next",
            activeWith = "precondition_frequency=2")
        long preconditionFrequency,
    @Knob(
            symbol = "max_precond_dim",
            value = "10000",
            range = "[0, inf)",
            about = "longer dimensions keep their basis",
            activeWith = "max_precond_dim=11")
        long maxPrecondDim,
    @Knob(
            symbol = "merge_dims",
            value = "false",
            about = "merge neighbouring dimensions up to max_precond_dim")
        boolean mergeDims,
    @Knob(
            symbol = "data_format",
            value = "channels_first",
            about = "order of a filter's dimensions before merging",
            activeWith = "merge_dims=true,max_precond_dim=9")
        DataFormat dataFormat,
    @Knob(
            symbol = "precondition_1d",
            value = "false",
            about = "whether vectors have a basis as well")
        boolean preconditionVectors,
    @Knob(
            symbol = "normalize_grads",
            value = "false",
            about = "whether each step has root mean square 1 before the learning rate")
        boolean normalizeGrads,
    @Knob(
            symbol = "correct_bias",
            value = "true",
            about = "whether moments are corrected for their start")
        boolean correctBias)
    implements Rule {

  /** Begins a {@code Soap} whose hyper-parameters have their defaults. */
  public static SoapBuilder builder() {
    return new SoapBuilder();
  }

  /** The order of a filter's dimensions. */
  public enum DataFormat {
    /** (out, in, height, width) */
    CHANNELS_FIRST,
    /** (out, height, width, in) */
    CHANNELS_LAST
  }

  private static final double TINY = 1e-30; // as the source: a step of zeros stays zero

  private static final String M = "first_moment";
  private static final String V = "second_moment";

  /** SOAP on all weights; norm weights and biases, which it gives to Adam, are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "soap", "Adam in the eigenbasis of Shampoo's preconditioner", Soap.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    long[] shape = shape(parameter);
    List<Buffer> all = new ArrayList<>();
    all.add(Buffer.zeros(M, shape));
    all.add(Buffer.zeros(V, shape));
    for (int d : dimensions(parameter)) {
      all.add(Buffer.zeros(sum(d), shape[d], shape[d]));
      all.add(new Buffer(basis(d), List.of(shape[d], shape[d]), Buffer.Fill.IDENTITY, 1));
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
    long t = members.getFirst().step() - 1;
    for (ParameterState p : members) {
      Tensor g = merged(p.parameter(), p.gradient());
      if (t > 0) {
        adam(p, g, t, lr);
      }
      // L_d ← βL_d + (1 − β)G_(d)G_(d)ᵀ
      double keep = shampooBeta < 0 ? beta2 : shampooBeta;
      for (int d : dimensions(p.parameter())) {
        Tensor u = ModeProduct.unfold(g, d);
        p.buffer(sum(d)).addmm_(u, u.t(), new Scalar(keep), new Scalar(1 - keep));
      }
    }
    if (t == 0) {
      beginBases(members);
    } else if (t % preconditionFrequency == 0) {
      followBases(members);
    }
  }

  private void adam(ParameterState p, Tensor g, long t, double lr) {
    Tensor m = p.buffer(M);
    Tensor v = p.buffer(V);
    // G′ = G with Q_dᵀ applied along each d
    Tensor projected = intoBasis(p, g);
    // M ← β₁M + (1 − β₁)G′; V ← β₂V + (1 − β₂)G′²
    m.mul_(new Scalar(beta1)).add_(projected, new Scalar(1 - beta1));
    v.mul_(new Scalar(beta2)).addcmul_(projected, projected, new Scalar(1 - beta2));
    // N = M/(√V + ε) with Q_d applied along each d
    Tensor n = outOfBasis(p, m.div(v.sqrt().add_(new Scalar(eps))));
    // N ← N/rms(N)
    if (normalizeGrads) {
      n = n.div(n.square().mean().sqrt_().add_(new Scalar(TINY)));
    }
    // W ← W − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·N
    double correction =
        correctBias ? Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t)) : 1;
    p.value().sub_(unmerged(p, n), new Scalar(lr * correction));
    // W ← W(1 − ηλ)
    p.value().mul_(new Scalar(1 - lr * weightDecay));
  }

  /** Q_d = eigenvectors of L_d */
  private void beginBases(List<ParameterState> members) {
    List<Tensor> sums = all(members, Soap::sum);
    List<Tensor> bases = all(members, Soap::basis);
    List<Tensor> vectors = Eigenbasis.ofAll(sums);
    for (int i = 0; i < bases.size(); i++) {
      bases.get(i).copy_(vectors.get(i));
    }
  }

  /** Q_d ← orthonormal basis of L_dQ_d; V sorted with it, M from the old basis to the new one. */
  private void followBases(List<ParameterState> members) {
    List<Eigenbasis> turned = Eigenbasis.follow(all(members, Soap::sum), all(members, Soap::basis));
    int next = 0;
    for (ParameterState p : members) {
      Tensor m = outOfBasis(p, p.buffer(M));
      for (int d : dimensions(p.parameter())) {
        Eigenbasis basis = turned.get(next++);
        p.buffer(V).copy_(p.buffer(V).index_select(d, basis.order()));
        p.buffer(basis(d)).copy_(basis.vectors());
      }
      p.buffer(M).copy_(intoBasis(p, m));
    }
  }

  /** The buffers that {@code name} gives, of all members and their dimensions. */
  private List<Tensor> all(List<ParameterState> members, IntFunction<String> name) {
    return members.stream()
        .flatMap(p -> dimensions(p.parameter()).stream().map(d -> p.buffer(name.apply(d))))
        .toList();
  }

  private Tensor intoBasis(ParameterState p, Tensor x) {
    Tensor y = x;
    for (int d : dimensions(p.parameter())) {
      y = ModeProduct.times(y, d, p.buffer(basis(d)).t());
    }
    return y;
  }

  private Tensor outOfBasis(ParameterState p, Tensor x) {
    Tensor y = x;
    for (int d : dimensions(p.parameter())) {
      y = ModeProduct.times(y, d, p.buffer(basis(d)));
    }
    return y;
  }

  /** The dimensions that have a basis of their own. */
  private List<Integer> dimensions(Parameter parameter) {
    long[] shape = shape(parameter);
    return isPlain(parameter)
        ? List.of()
        : IntStream.range(0, shape.length).filter(d -> shape[d] <= maxPrecondDim).boxed().toList();
  }

  private boolean isPlain(Parameter parameter) {
    return parameter.tensor().dim() == 0 || (parameter.tensor().dim() == 1 && !preconditionVectors);
  }

  private long[] shape(Parameter parameter) {
    long[] own = parameter.tensor().sizes().vec().get();
    if (!mergeDims || own.length < 2) {
      return own;
    }
    long[] ordered = isPermuted(parameter) ? new long[] {own[0], own[3], own[1], own[2]} : own;
    return MergedShape.fromLeft(ordered, maxPrecondDim);
  }

  private boolean isPermuted(Parameter parameter) {
    return mergeDims && dataFormat == DataFormat.CHANNELS_LAST && parameter.tensor().dim() == 4;
  }

  /** {@code like} in the order and shape that bases are for. */
  private Tensor merged(Parameter parameter, Tensor like) {
    Tensor ordered = isPermuted(parameter) ? like.permute(0, 3, 1, 2) : like;
    return ordered.contiguous().reshape(shape(parameter));
  }

  private Tensor unmerged(ParameterState p, Tensor x) {
    if (!isPermuted(p.parameter())) {
      return x.reshape_as(p.value());
    }
    return x.reshape_as(p.value().permute(0, 3, 1, 2)).permute(0, 2, 3, 1);
  }

  private static String sum(int d) {
    return "sum_" + d;
  }

  private static String basis(int d) {
    return "basis_" + d;
  }
}
