package dev.steepest.lab.task;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.augment.Augmentation;
import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.augment.ChannelOrder;
import dev.steepest.lab.data.batch.Batch;
import dev.steepest.lab.data.batch.BatchPlan;
import dev.steepest.lab.data.batch.Batches;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.TrainingData;
import java.util.Set;

/** What the training loop sees of a data set: shuffled, augmented batches, and evaluation sets in order. */
final class ClassificationData implements TrainingData {
  /** Name of the validation set; prefixes its measured values. */
  static final String VALIDATION = "val";

  /** Name of the test set, which the loop does not evaluate. */
  static final String TEST = "test";

  /** Measured: evaluation throughput is flat from 500 images on, and memory stays small. */
  private static final int EVALUATION_BATCH = 1000;

  private final ImageData data;
  private final Augmentation augmentation;
  private final Augmentation plain;
  private final BatchPlan batches;
  private final long seed;

  ClassificationData(
      ImageData data, AugmentationPlan plan, ChannelOrder order, BatchPlan batches, long seed) {
    this.data = data;
    this.augmentation = new Augmentation(plan, data.normalization(), order);
    this.plain = new Augmentation(AugmentationPlan.NONE, data.normalization(), order);
    this.batches = batches;
    this.seed = seed;
  }

  @Override
  public long samplesPerEpoch() {
    long samples = data.splits().train().size();
    return batches.last() == LastBatch.KEEP ? samples : batchesPerEpoch() * batches.size();
  }

  @Override
  public long batchesPerEpoch() {
    return batches.batches(data.splits().train().size());
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return new Stream(
        Batches.training(data.splits().train(), augmentation, batches, seed, epoch, firstBatch));
  }

  @Override
  public Set<String> evaluationSets() {
    return data.splits().validation().size() == 0 ? Set.of() : Set.of(VALIDATION);
  }

  @Override
  public BatchStream evaluation(String set) {
    ImageSet images = set.equals(TEST) ? data.splits().test() : data.splits().validation();
    return new Stream(Batches.evaluation(images, plain, EVALUATION_BATCH, Prefetch.OFF));
  }

  /** Hands over the tensors of a batch, which the receiver closes. */
  private record Stream(Batches batches) implements BatchStream {
    @Override
    public boolean hasNext() {
      return batches.hasNext();
    }

    @Override
    public MiniBatch next() {
      Batch batch = batches.next();
      return new MiniBatch(batch.images(), batch.labels());
    }

    @Override
    public void close() {
      batches.close();
    }
  }
}
