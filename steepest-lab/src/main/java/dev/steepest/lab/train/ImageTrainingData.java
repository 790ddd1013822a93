package dev.steepest.lab.train;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.augment.Augmentation;
import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.augment.ChannelOrder;
import dev.steepest.lab.data.batch.Batch;
import dev.steepest.lab.data.batch.BatchPlan;
import dev.steepest.lab.data.batch.Batches;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.optim.BatchSizes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;

/**
 * Image sets as training data: augmented in training, only normalised in evaluation. The sets
 * belong to the caller.
 */
public final class ImageTrainingData implements TrainingData {
  private final ImageSet train;
  private final SequencedMap<String, ImageSet> evaluation;
  private final Augmentation augmentation;
  private final Augmentation plain;
  private final BatchPlan batches;
  private final BatchSizes sizes;
  private final int evaluationBatch;
  private final long seed;

  /** For images that keep their size. */
  public ImageTrainingData(
      ImageSet train,
      SequencedMap<String, ImageSet> evaluation,
      AugmentationPlan changes,
      Normalization normalization,
      BatchPlan batches,
      int evaluationBatch,
      MemoryLayout layout,
      long seed) {
    this(
        train,
        evaluation,
        changes,
        normalization,
        0,
        batches,
        BatchSizes.constant(batches.size()),
        evaluationBatch,
        layout,
        seed);
  }

  /**
   * Joins sets and plans.
   *
   * @param train what is learned from
   * @param evaluation what is measured on, by name, in order
   * @param changes the random changes of training images
   * @param normalization of both
   * @param size height and width that both are resampled to; 0 = their own
   * @param batches size and treatment of the last batch; prefetching pays beside a GPU, on a CPU it
   *     takes a core from the step
   * @param sizes of batches by epoch; that of the plan is the first
   * @param evaluationBatch images per evaluation batch, at least 1
   * @param layout the plan's, so that no batch is rearranged later
   * @param seed of order and augmentation
   */
  public ImageTrainingData(
      ImageSet train,
      SequencedMap<String, ImageSet> evaluation,
      AugmentationPlan changes,
      Normalization normalization,
      int size,
      BatchPlan batches,
      BatchSizes sizes,
      int evaluationBatch,
      MemoryLayout layout,
      long seed) {
    this.train = train;
    this.evaluation = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evaluation));
    ChannelOrder order =
        switch (layout) {
          case CONTIGUOUS -> ChannelOrder.CHANNELS_FIRST;
          case CHANNELS_LAST -> ChannelOrder.CHANNELS_LAST;
        };
    augmentation = new Augmentation(changes, normalization, order, size);
    plain = new Augmentation(AugmentationPlan.NONE, normalization, order, size);
    this.batches = batches;
    this.sizes = sizes;
    this.evaluationBatch = evaluationBatch;
    this.seed = seed;
  }

  @Override
  public long samplesPerEpoch() {
    return batches.last() == LastBatch.KEEP ? train.size() : pace().batches(0) * batches.size();
  }

  @Override
  public String fingerprint() {
    return train.checksum();
  }

  @Override
  public Pace pace() {
    SortedMap<Long, Long> pace = new TreeMap<>();
    sizes.from().keySet().forEach(epoch -> pace.put(epoch, in(epoch).batches(train.size())));
    return Pace.of(pace);
  }

  private BatchPlan in(long epoch) {
    return new BatchPlan(sizes.at(epoch), batches.last(), batches.prefetch());
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return new Stream(Batches.training(train, augmentation, in(epoch), seed, epoch, firstBatch));
  }

  @Override
  public MiniBatch first(int samples) {
    int count = Math.min(samples, train.size());
    try (PointerScope _ = new PointerScope();
        ImageSet head = train.subset(LongStream.range(0, count).toArray());
        Batches batches = Batches.evaluation(head, plain, count, Prefetch.OFF)) {
      return miniBatch(batches.next());
    }
  }

  private static MiniBatch miniBatch(Batch batch) {
    return new MiniBatch(batch.images(), batch.labels());
  }

  @Override
  public Set<String> evaluationSets() {
    return evaluation.keySet();
  }

  @Override
  public BatchStream evaluation(String set) {
    ImageSet images = evaluation.get(set);
    if (images == null) {
      throw new IllegalArgumentException(
          "No evaluation set '%s'; there are %s.".formatted(set, evaluation.keySet()));
    }
    return new Stream(Batches.evaluation(images, plain, evaluationBatch, Prefetch.OFF));
  }

  /** The data package's batches in the words of this one. */
  private record Stream(Batches batches) implements BatchStream {
    @Override
    public boolean hasNext() {
      return batches.hasNext();
    }

    @Override
    public MiniBatch next() {
      return miniBatch(batches.next());
    }

    @Override
    public void close() {
      batches.close();
    }
  }
}
