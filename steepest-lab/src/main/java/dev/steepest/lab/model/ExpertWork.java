package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.silu;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A layer of experts, and beside it a dense feed-forward part in which every token meets as many
 * weights as in its chosen experts: what dispatching costs is the ratio of the two.
 */
public final class ExpertWork implements AutoCloseable {
  private static final double STD = 0.02; // as MoeGpt has it

  private final Site site = Site.root(1);
  private final MixtureOfExperts experts;
  private final Tensor first;
  private final Tensor second;

  /** The layers, on a device, in float32. */
  public ExpertWork(MoeGpt.Config config, Device device) {
    MoeGpt.Config still = config.withoutChance();
    long inner = (long) still.chosen() * still.inner();
    experts = new MixtureOfExperts(site.at("experts"), still, STD);
    Site dense = site.at("dense");
    first = dense.parameter("first", Role.MATRIX, site.init().normal(STD, inner, still.dim()));
    second = dense.parameter("second", Role.MATRIX, site.init().normal(STD, still.dim(), inner));
    site.state().move(device, ScalarType.Float);
  }

  /** Through the chosen experts: [B, T, D] → [B, T, D]. */
  public Tensor sparse(Tensor x) {
    return experts.apply(x, Mode.EVAL).features();
  }

  /** Through the dense part: [B, T, D] → [B, T, D]. */
  public Tensor dense(Tensor x) {
    return linear(silu(linear(x, first)), second);
  }

  /** Forgets all gradients. */
  public void zeroGrad() {
    site.state().parameters().forEach(p -> p.tensor().mutable_grad().reset());
  }

  @Override
  public void close() {
    site.state().close();
  }
}
