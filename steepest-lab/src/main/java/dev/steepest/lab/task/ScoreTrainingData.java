package dev.steepest.lab.task;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import dev.steepest.lab.train.Pace;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Images that are distilled, in place of data: every step is made with all of them. */
final class ScoreTrainingData implements TrainingData {
  private final int images;
  private final String fingerprint;
  private final String set;
  private final BiFunction<Network, TrainingPlan, Objective> objective;

  /**
   * @param images how many
   * @param fingerprint of what they are distilled from
   * @param set what looks on the way are called
   * @param objective of their representation
   */
  ScoreTrainingData(
      int images,
      String fingerprint,
      String set,
      BiFunction<Network, TrainingPlan, Objective> objective) {
    this.images = images;
    this.fingerprint = fingerprint;
    this.set = set;
    this.objective = objective;
  }

  /** All images, as one batch: their indices. */
  static MiniBatch all(int images) {
    var whole = new TensorOptions(ScalarType.Long);
    return new MiniBatch(
        torch.arange(new org.bytedeco.pytorch.Scalar(images), whole),
        torch.zeros(new long[] {images}, whole));
  }

  @Override
  public long samplesPerEpoch() {
    return images;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Pace pace() {
    return Pace.constant(1);
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return new Once(firstBatch == 0);
  }

  @Override
  public MiniBatch first(int samples) {
    return all(Math.min(samples, images));
  }

  @Override
  public Objective objective(Network network, TrainingPlan plan) {
    return objective.apply(network, plan);
  }

  @Override
  public Set<String> evaluationSets() {
    return Set.of(set);
  }

  @Override
  public BatchStream evaluation(String name) {
    return new Once(true);
  }

  private final class Once implements BatchStream {
    private boolean left;

    Once(boolean left) {
      this.left = left;
    }

    @Override
    public boolean hasNext() {
      return left;
    }

    @Override
    public MiniBatch next() {
      if (!left) {
        throw new NoSuchElementException("there is one batch");
      }
      left = false;
      return all(images);
    }

    @Override
    public void close() {}
  }
}
