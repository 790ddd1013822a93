package dev.steepest.lab.distill;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.field.ImageField;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import dev.steepest.lab.train.Pace;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * All images of a field in every batch.
 *
 * @param objective of a field
 */
record WholeField(int images, Function<ImageField, Objective> objective) implements TrainingData {

  @Override
  public long samplesPerEpoch() {
    return images;
  }

  @Override
  public String fingerprint() {
    return images + " images";
  }

  @Override
  public Pace pace() {
    return Pace.constant(1);
  }

  @Override
  public Objective objective(Network network, TrainingPlan plan) {
    return objective.apply((ImageField) network);
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return new Once(firstBatch == 0);
  }

  @Override
  public MiniBatch first(int samples) {
    return batch();
  }

  @Override
  public Set<String> evaluationSets() {
    return Set.of("test");
  }

  @Override
  public BatchStream evaluation(String set) {
    return new Once(true);
  }

  private MiniBatch batch() {
    try (PointerScope _ = new PointerScope()) {
      Tensor which = Tensor.create(LongStream.range(0, images).toArray(), images);
      return new MiniBatch(which.retainReference(), which.clone().retainReference());
    }
  }

  private final class Once implements BatchStream {
    private boolean hasNext;

    Once(boolean hasNext) {
      this.hasNext = hasNext;
    }

    @Override
    public boolean hasNext() {
      return hasNext;
    }

    @Override
    public MiniBatch next() {
      if (!hasNext) {
        throw new NoSuchElementException("there is only one batch");
      }
      hasNext = false;
      return batch();
    }

    @Override
    public void close() {}
  }
}
