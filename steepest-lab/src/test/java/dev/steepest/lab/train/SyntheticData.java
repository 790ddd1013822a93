package dev.steepest.lab.train;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Noise images whose brightness tells their class; the batch is a function of epoch and position.
 *
 * @param samples per epoch
 * @param batchSize the last batch may be smaller
 * @param size height and width of the images
 */
record SyntheticData(int samples, int batchSize, int size) implements TrainingData {
  static final int CLASSES = 4;
  static final int SIZE = 8;

  SyntheticData(int samples, int batchSize) {
    this(samples, batchSize, SIZE);
  }

  @Override
  public long samplesPerEpoch() {
    return samples;
  }

  @Override
  public String fingerprint() {
    return toString();
  }

  @Override
  public Pace pace() {
    return Pace.constant(Math.ceilDiv(samples, batchSize));
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return new Stream(1000 * (epoch + 1), firstBatch);
  }

  @Override
  public MiniBatch first(int count) {
    return make(1001, Math.min(count, samples), size);
  }

  @Override
  public Set<String> evaluationSets() {
    return new LinkedHashSet<>(List.of("val", "test"));
  }

  @Override
  public BatchStream evaluation(String set) {
    return new Stream(set.equals("val") ? 1 : 500, 0);
  }

  /** Images and labels that the seed determines, kept beyond the current scope. */
  static MiniBatch make(long seed, long count) {
    return make(seed, count, SIZE);
  }

  private static MiniBatch make(long seed, long count, long size) {
    try (PointerScope _ = new PointerScope()) {
      var generator = new GeneratorOptional(torch.make_generator_cpu(seed));
      Tensor labels = torch.randint(CLASSES, new long[] {count}, generator).to(ScalarType.Long);
      Tensor noise = torch.randn(new long[] {count, 3, size, size}, generator);
      Tensor brightness = labels.to(ScalarType.Float).mul(new Scalar(0.5)).view(count, 1, 1, 1);
      return new MiniBatch(noise.add(brightness).retainReference(), labels.retainReference());
    }
  }

  private final class Stream implements BatchStream {
    private final long seed;
    private long next;

    Stream(long seed, long first) {
      this.seed = seed;
      next = first;
    }

    @Override
    public boolean hasNext() {
      return next < pace().batches(0);
    }

    @Override
    public MiniBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      long from = next * batchSize;
      next++;
      return make(seed + next, Math.min(batchSize, samples - from), size);
    }

    @Override
    public void close() {
      next = pace().batches(0);
    }
  }
}
