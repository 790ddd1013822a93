package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Site;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A network that multiplies what it sees by one number, and remembers what it was shown. */
final class PlainDenoiser extends DenoisingNetwork {
  private final Tensor factor;
  private final double begin;
  Tensor x;
  Tensor t;
  Tensor labels;

  PlainDenoiser(Conditions conditions, double begin) {
    this(conditions, begin, Site.root(1));
  }

  private PlainDenoiser(Conditions conditions, double begin, Site root) {
    super(root.state(), conditions);
    this.begin = begin;
    factor = root.parameter("factor", Role.VECTOR, torch.ones(1).mul(new Scalar(begin)));
  }

  @Override
  public Tensor noise(Tensor x, Tensor t, Tensor labels) {
    this.x = x;
    this.t = t;
    this.labels = labels;
    return x.mul(factor);
  }

  @Override
  public DenoisingNetwork another() {
    return new PlainDenoiser(conditions(), begin);
  }
}
