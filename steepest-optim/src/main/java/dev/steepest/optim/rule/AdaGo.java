package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.NormGuard;
import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Muon with AdaGrad's step: one number per matrix, the sum of its squared gradient norms.
 *
 * <pre>
 *   M ← μM + (1 − μ)G;  U as Muon's
 *   v² ← v² + min(‖G‖, γ)²,  from v₀²
 *   O = orthogonalise(U)
 *   α = s·max(ε, η·min(‖G‖, γ)/v)
 *   Θ ← Θ(1 − sηλ)
 *   Θ ← Θ − α·scale·O
 * </pre>
 *
 * <p>s is the schedule's factor. The paper has none; it is put before the maximum, because a floor
 * that does not fall with η becomes the whole step towards a schedule's end, which then never comes
 * to rest: a factor of 0 would still move the weights by ε. ({@code floor=fixed} is that.)
 *
 * <p>Beside its state a step holds U, O and the work of the iteration of one stack: of one large
 * matrix, or of all matrices of a shape that are small or on a GPU.
 */
@Source(
    title = "AdaGrad Meets Muon: Adaptive Stepsizes for Orthogonal Updates",
    authors = "Zhang, Liu, Schaeffer",
    year = 2025,
    url = "https://arxiv.org/abs/2509.02981",
    algorithm = "Algorithm 2; variants of pytorch_optimizer and of the ese-3060 speedrun by knobs",
    deviations =
        "the schedule multiplies the floor too; a group's common accumulator is kept by each parameter and misses the"
            + " steps in which that parameter has no gradient")
public record AdaGo(
    @Knob(symbol = "η", value = "0.05", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "μ", value = "0.95", range = "[0, 1)", about = "momentum") double momentum,
    @Knob(
            symbol = "M",
            value = "ema",
            about = "average or sum of the gradients: the same direction but for the guard",
            activeWith = "precision=parameter")
        Muon.MomentumForm momentumForm,
    @Knob(symbol = "Nesterov", value = "false", about = "look ahead") boolean nesterov,
    @Knob(symbol = "γ", value = "10", range = "(0, inf)", about = "cap of the gradient's norm")
        double gamma,
    @Knob(
            symbol = "ε",
            value = "5e-4",
            range = "[0, inf)",
            about = "least step, before shape and schedule",
            activeWith = "lr=1e-4")
        double eps,
    @Knob(
            symbol = "v₀",
            value = "1e-6",
            range = "[0, inf)",
            about = "root of the accumulator's first value; matters beside small gradients",
            activeWith = "gamma=1e-6")
        double v0,
    @Knob(
            symbol = "‖G‖",
            value = "matrix",
            about = "whose norms add up: each matrix's own, or the group's")
        Scope scope,
    @Knob(symbol = "v", value = "root", about = "what the step is divided by") Divisor divisor,
    @Knob(
            symbol = "min(‖·‖, γ)",
            value = "gradient",
            about = "whose capped norm the step is multiplied by",
            activeWith = "nesterov=true")
        Numerator numerator,
    @Knob(
            symbol = "s·ε",
            value = "scheduled",
            about = "whether the floor falls with the schedule",
            activeWith = "lr=1e-4")
        Floor floor,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, times the learning rate without the accumulator")
        double weightDecay,
    @Knob(
            symbol = "λ",
            value = "decoupled",
            about = "whether the decay passes through the gradient",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(symbol = "scale", value = "none", about = "how the step depends on the shape")
        Muon.Scale scale,
    @Knob(symbol = "NS", value = "quintic", about = "how to orthogonalise")
        Orthogonalizer.Method orthogonalization,
    @Knob(
            symbol = "n",
            value = "5",
            range = "[1, 100]",
            about = "iterations; the exact method has none")
        long nsSteps,
    @Knob(
            symbol = "guard",
            value = "1e-7",
            range = "(0, 1)",
            about = "guard of the division by the norm before the iteration",
            activeWith = "precision=parameter")
        double normEps,
    @Knob(
            symbol = "guard",
            value = "add",
            about = "how that guard is meant",
            activeWith = "precision=parameter")
        NormGuard normGuard,
    @Knob(symbol = "dtype", value = "bfloat16", about = "number type of the iteration")
        Precision precision)
    implements Rule, Rule.Collective {

  /** Begins a {@code AdaGo} whose hyper-parameters have their defaults. */
  public static AdaGoBuilder builder() {
    return new AdaGoBuilder();
  }

  /** Whose gradient norms an accumulator adds up. */
  public enum Scope {
    MATRIX,
    /** One norm over all parameters of the group (ese-3060). */
    GROUP
  }

  /** What the step is divided by. */
  public enum Divisor {
    /** v, the root of the sum of squares. */
    ROOT,
    /** v², the sum itself (pytorch_optimizer). */
    SQUARE
  }

  /** Whose capped norm the step is multiplied by. */
  public enum Numerator {
    GRADIENT,
    /** U's: what pytorch_optimizer comes to, whose Nesterov step overwrites the gradient. */
    DIRECTION
  }

  /** What a schedule does to ε. */
  public enum Floor {
    /** It multiplies it: s·max(ε, …). */
    SCHEDULED,
    /** Nothing: max(ε, s·…) (ese-3060, pytorch_optimizer). */
    FIXED
  }

  /** Where the weight decay goes. */
  public enum Decay {
    DECOUPLED,
    /** G ← G + λΘ, before norms and momentum. */
    COUPLED
  }

  private static final String M = "momentum";
  private static final String V2 = "accumulator";
  private static final String CAPPED = "capped_norm";
  private static final double TINY = 1e-30; // 0/v₀ = 0 also where v₀ = 0: a zero gradient

  /** AdaGO on hidden filters and matrices, AdamW on the rest. */
  public static List<Preset> presets() {
    return List.of(
        HiddenMatrices.preset(
            "adago",
            "orthogonalised momentum with AdaGrad's steps on hidden matrices, AdamW on the rest",
            AdaGo.class));
  }

  @Override
  public void admit(Parameter parameter) {
    HiddenMatrices.admit("adago", parameter);
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M), Buffer.filled(V2, v0 * v0, parameter.blocks(), 1, 1));
  }

  @Override
  public Map<String, Tensor> survey(List<ParameterState> group, double lr, Shards shards) {
    if (scope == Scope.MATRIX) {
      return Map.of();
    }
    // ‖G‖² of the group, in float64 as its members may be of several types
    Tensor sum = group.isEmpty() ? EmptyShard.part().to(ScalarType.Double) : null;
    for (ParameterState p : group) {
      Tensor own = gradient(p).square().sum().to(ScalarType.Double);
      sum = sum == null ? own : sum.add(own.to(sum.device(), ScalarType.Double));
    }
    return Map.of(CAPPED, shards.sum(sum).sqrt().clamp_max_(new Scalar(gamma)));
  }

  @Override
  public void update(ParameterState p, double lr) {
    move(List.of(p), lr);
  }

  @Override
  public void step(Batch batch, double lr) {
    HiddenMatrices.eachStack(
        orthogonalizer(),
        batch.members(),
        p -> p.parameter().matrices(p.buffer(M)),
        stack -> move(stack, lr));
  }

  private Orthogonalizer orthogonalizer() {
    return new Orthogonalizer(orthogonalization, (int) nsSteps, normEps, normGuard, precision);
  }

  private void move(List<ParameterState> members, double lr) {
    List<Tensor> directions = new ArrayList<>();
    List<Tensor> steps = new ArrayList<>();
    for (ParameterState p : members) {
      Tensor g = gradient(p);
      // M ← μM + (1 − μ)G
      Tensor u = momentumForm.direction(p.buffer(M), g, momentum, nesterov);
      u = p.parameter().matrices(u);
      directions.add(u);
      steps.add(stepSize(p, g, u, lr));
    }
    // O = orthogonalise(U)
    List<Tensor> orthogonal = orthogonalizer().applyAll(directions);
    for (int i = 0; i < members.size(); i++) {
      Tensor w = members.get(i).value();
      // Θ ← Θ(1 − sηλ)
      if (decay == Decay.DECOUPLED) {
        w.mul_(new Scalar(1 - lr * weightDecay));
      }
      // Θ ← Θ − α·scale·O
      Tensor o = orthogonal.get(i).type_as(w).mul(steps.get(i)).reshape_as(w);
      w.sub_(o, new Scalar(scale.of(members.get(i).parameter())));
    }
  }

  /** α, one per matrix: (blocks, 1, 1). */
  private Tensor stepSize(ParameterState p, Tensor g, Tensor u, double lr) {
    // v² ← v² + min(‖G‖, γ)²
    Tensor capped =
        scope == Scope.MATRIX ? cappedNorm(p.parameter().matrices(g)) : p.shared(CAPPED).type_as(g);
    Tensor v2 = p.buffer(V2).add_(capped.square());
    // α = s·max(ε, η·min(‖G‖, γ)/v) = max(sε, sη·min(‖G‖, γ)/v)
    Tensor top = numerator == Numerator.GRADIENT ? capped : cappedNorm(u);
    Tensor v = divisor == Divisor.ROOT ? v2.sqrt() : v2;
    double least = floor == Floor.SCHEDULED ? eps * (lr / this.lr) : eps;
    return top.mul(new Scalar(lr)).div(v.clamp_min(new Scalar(TINY))).clamp_min_(new Scalar(least));
  }

  private Tensor gradient(ParameterState p) {
    Tensor g = p.gradient();
    return decay == Decay.COUPLED && weightDecay != 0
        ? g.add(p.value(), new Scalar(weightDecay))
        : g;
  }

  /** min(‖·‖_F, γ) of each of (matrices, rows, columns). */
  private Tensor cappedNorm(Tensor matrices) {
    return linalg_vector_norm(
            matrices, new Scalar(2.0), new long[] {1, 2}, true, new ScalarTypeOptional())
        .clamp_max_(new Scalar(gamma));
  }
}
