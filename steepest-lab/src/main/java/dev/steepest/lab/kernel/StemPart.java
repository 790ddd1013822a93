package dev.steepest.lab.kernel;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A part of a batch in the first layer: convolution, bias, activation. */
final class StemPart implements Source, AutoCloseable {
  private final Tensor batch;
  private final int start;
  private final Cuts cuts;
  private final Filter filter;
  private final Filter.Wanted wanted;
  private final RowKernel forward;
  private final RowKernel backward;
  private final Volume[] outputs; // before bias and activation; only where the bias trains
  private final Volume[] activations;
  private final LaneSums sums;

  /**
   * @param batch [N, C, H, W] of any type and memory order; must stay open while pieces are
   *     produced
   * @param start the part's first image
   * @param cuts of the first group
   * @param wanted {@code BOTH} if the bias trains
   */
  StemPart(
      Tensor batch,
      int start,
      Cuts cuts,
      Filter filter,
      float[] bias,
      Activation activation,
      Filter.Wanted wanted) {
    this.batch = batch;
    this.start = start;
    this.cuts = cuts;
    this.filter = filter;
    this.wanted = wanted;
    ChannelLanes lanes = new ChannelLanes(bias.length);
    Affine affine = Affine.bias(lanes, bias);
    forward = new RowKernel(lanes, affine, activation.valuesStage(), Store.STAGE);
    backward =
        new RowKernel(
            lanes, affine, activation.derivativesStage(), new InnerGradient(affine.mean()));
    sums = new LaneSums(lanes);
    outputs = new Volume[cuts.pieces()];
    activations = new Volume[cuts.pieces()];
  }

  @Override
  public Tensor produce(int piece) {
    Volume output;
    try (PointerScope _ = new PointerScope()) {
      Tensor x = batch.narrow(0, start + cuts.from(piece), cuts.count(piece));
      output = filter.apply(x.to(ScalarType.BFloat16).contiguous(MemoryFormat.ChannelsLast));
    }
    Volume activated = output;
    if (wanted == Filter.Wanted.BOTH) {
      outputs[piece] = output;
      activated = Volume.allocate(output.images(), output.extent());
    }
    activations[piece] = activated;
    forward.run(output.memory(), activated.memory(), output.values(), null);
    return activated.tensor();
  }

  @Override
  public Tensor kept(int piece) {
    return activations[piece].tensor();
  }

  @Override
  public Filter.Wanted wanted() {
    return wanted;
  }

  @Override
  public void takeGradient(int piece, Volume gradient) {
    try (gradient) {
      Volume output = outputs[piece];
      backward.run(output.memory(), gradient.memory(), output.values(), sums);
    }
  }

  /** Σ of the gradient of every channel's bias, in the first sum. */
  LaneSums sums() {
    return sums;
  }

  @Override
  public void close() {
    Volume.close(outputs);
    Volume.close(activations);
  }
}
