package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import dev.steepest.lab.train.Pace;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import java.util.Set;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Labelled images from −1 to 1 as what noise is found in. Labels say class · qualities + quality.
 *
 * <p>Evaluation batches have labels int64 [N, 2]: the label, and the number of the image within its
 * set. Where samples are to be drawn, the first batch of a set asks for them: its images are the
 * noise that they begin with, their number is {@link #TO_BE_DRAWN}.
 */
public final class DiffusionData implements TrainingData {
  /** Column of the labels of evaluation batches: what an image shows. */
  static final long LABEL = 0;

  /** Column of the number of the image within its set. */
  static final long NUMBER = 1;

  /** In place of the number of an image: it is not there yet. */
  static final long TO_BE_DRAWN = -1;

  private final TrainingData images;
  private final DiffusionPlan plan;
  private final Conditions conditions;

  /**
   * Wraps images.
   *
   * @param images from −1 to 1, with labels int64 [N]
   * @param conditions of the network that is trained on them
   */
  public DiffusionData(TrainingData images, DiffusionPlan plan, Conditions conditions) {
    this.images = images;
    this.plan = plan;
    this.conditions = conditions;
  }

  @Override
  public Objective objective(Network network, TrainingPlan training) {
    return new NoisePrediction((DenoisingNetwork) network, plan);
  }

  @Override
  public long samplesPerEpoch() {
    return images.samplesPerEpoch();
  }

  @Override
  public String fingerprint() {
    return images.fingerprint();
  }

  @Override
  public Pace pace() {
    return images.pace();
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return images.training(epoch, firstBatch);
  }

  @Override
  public MiniBatch first(int samples) {
    return images.first(samples);
  }

  @Override
  public Set<String> evaluationSets() {
    return images.evaluationSets();
  }

  /** A look on the way. */
  @Override
  public BatchStream evaluation(String set) {
    return numbered(set, plan.samples().when() == SamplePlan.When.LOOKS);
  }

  /** The look at the end of a run, with samples. */
  public BatchStream last(String set) {
    return numbered(set, true);
  }

  private BatchStream numbered(String set, boolean samples) {
    boolean wanted = samples && plan.samples().perClass() > 0;
    return new Numbered(images.evaluation(set), wanted);
  }

  /** What asks for samples: column by column of the sheet, a row for each of a class. */
  private MiniBatch request() {
    int count = Math.multiplyExact(plan.samples().perClass(), conditions.classes());
    long[] numbers = LongStream.range(0, count).toArray();
    long[] labels = new long[2 * count];
    for (int i = 0; i < count; i++) {
      labels[2 * i] = (long) (i % conditions.classes()) * conditions.qualities();
      labels[2 * i + 1] = TO_BE_DRAWN;
    }
    try (PointerScope _ = new PointerScope()) {
      int size = conditions.size();
      Tensor noise = FixedNoise.SAMPLES.of(numbers, conditions.channels(), size, size);
      return new MiniBatch(
          noise.retainReference(), Tensor.create(labels, count, 2).retainReference());
    }
  }

  private final class Numbered implements BatchStream {
    private final BatchStream batches;
    private boolean asks;
    private long number;

    Numbered(BatchStream batches, boolean asks) {
      this.batches = batches;
      this.asks = asks;
    }

    @Override
    public boolean hasNext() {
      return asks || batches.hasNext();
    }

    @Override
    public MiniBatch next() {
      if (asks) {
        asks = false;
        return request();
      }
      MiniBatch batch = batches.next();
      long from = number;
      number += batch.size();
      try (PointerScope _ = new PointerScope();
          Tensor plain = batch.labels()) {
        Tensor numbers = Tensor.create(LongStream.range(from, number).toArray());
        Tensor both = torch.stack(new TensorVector(plain, numbers), 1);
        return new MiniBatch(batch.inputs(), both.retainReference());
      }
    }

    @Override
    public void close() {
      batches.close();
    }
  }
}
