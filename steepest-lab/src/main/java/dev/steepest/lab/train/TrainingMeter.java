package dev.steepest.lab.train;

import dev.steepest.lab.distributed.Team;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Sums losses and hits where they are computed, so that a step on a GPU needs no round trip. A loss
 * that is not finite makes the sum so for good: it is noticed at the next reading, however late.
 */
final class TrainingMeter implements AutoCloseable {
  private final Team team;
  private final Tensor losses;
  private final Tensor hits;
  private final Scalar zero = new Scalar(0.0).retainReference();
  private final Scalar missing = new Scalar(Double.NaN).retainReference();
  private long items;

  /**
   * What was summed since the last reset.
   *
   * @param losses of all items
   * @param hits items whose largest logit was the label's; NaN where that was not counted
   * @param items how many: samples, or tokens of text
   */
  record Sums(double losses, double hits, long items) {
    /** Mean loss per item; NaN when there was none. */
    double loss() {
      return losses / items;
    }

    /** Share of hits, 0–1; NaN when there was no item, or nobody counted. */
    double accuracy() {
      return hits / items;
    }
  }

  /**
   * @param team whose members each add their part; all read at once
   */
  TrainingMeter(Device device, Team team) {
    this.team = team;
    try (PointerScope _ = new PointerScope()) {
      // MPS has no float64.
      ScalarType type = device.is_mps() ? ScalarType.Float : ScalarType.Double;
      losses = torch.zeros(new long[0]).to(device, type).retainReference();
      hits = torch.zeros(new long[0]).to(device, type).retainReference();
    }
  }

  /** Adds a part of a batch of so many items. Hits that nobody counted are missing, not zero. */
  void add(Objective.Pass pass, long count) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      losses.add_(pass.mean(), new Scalar((double) count));
      pass.hits().ifPresentOrElse(hits::add_, () -> hits.fill_(missing));
      items += count;
    }
  }

  /** Sum of losses since the last reset; waits for the device. */
  double losses() {
    return team.sum(value(losses));
  }

  /** Everything since the last reset; waits for the device. */
  Sums sums() {
    double[] sums = team.sums(value(losses), value(hits), items);
    return new Sums(sums[0], sums[1], (long) sums[2]);
  }

  private static double value(Tensor sum) {
    try (PointerScope _ = new PointerScope()) {
      return sum.to(ScalarType.Double).item_double();
    }
  }

  void reset() {
    losses.fill_(zero);
    hits.fill_(zero);
    items = 0;
  }

  /** Goes on from sums over all members. */
  void restore(Sums saved) {
    reset();
    if (!team.leads()) {
      return; // rank 0 holds them for all
    }
    try (PointerScope _ = new PointerScope()) {
      losses.fill_(new Scalar(saved.losses()));
      hits.fill_(new Scalar(saved.hits()));
      items = saved.items();
    }
  }

  @Override
  public void close() {
    losses.releaseReference();
    hits.releaseReference();
    zero.releaseReference();
    missing.releaseReference();
  }
}
