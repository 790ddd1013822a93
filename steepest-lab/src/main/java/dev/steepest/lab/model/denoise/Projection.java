package dev.steepest.lab.model.denoise;

import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.Site;
import dev.steepest.optim.Role;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A linear layer of an attention, y = x·Wᵀ + b, to which a low-rank addition can be made.
 *
 * <p>Legend: in, out features.
 */
public final class Projection {
  private final Linear linear;
  private final long in;
  private final long out;
  private Optional<LowRank> adapter = Optional.empty();

  private Projection(Linear linear, long in, long out) {
    this.linear = linear;
    this.in = in;
    this.out = out;
  }

  /** With bias; PyTorch's default initial values. */
  public static Projection biased(Site site, long in, long out) {
    return new Projection(Linear.standard(site, Role.MATRIX, in, out), in, out);
  }

  /** Without bias; PyTorch's default initial values. */
  public static Projection plain(Site site, long in, long out) {
    Tensor initial = site.init().uniform(in, out, in);
    return new Projection(Linear.withoutBias(site, Role.MATRIX, initial), in, out);
  }

  /** Around a layer of given weights, as others trained them. */
  public static Projection of(Linear linear, long in, long out) {
    return new Projection(linear, in, out);
  }

  public long in() {
    return in;
  }

  public long out() {
    return out;
  }

  /**
   * Adds to the product from now on, in the place of what was added before.
   *
   * @param addition the caller's: its tensors must outlive its use here
   */
  public void setAdapter(LowRank addition) {
    adapter = Optional.of(addition);
  }

  /** The product alone from now on. */
  public void clearAdapter() {
    adapter = Optional.empty();
  }

  /** […, in] → […, out]. */
  public Tensor apply(Tensor x) {
    Tensor y = linear.apply(x);
    return adapter.map(low -> y.add(low.apply(x))).orElse(y);
  }
}
