package dev.steepest.lab.diffusion;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.data.encode.Sheet;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Samples of a network in training: drawn by DDIM from given noise, judged, and laid out in a
 * picture, a column for each class.
 */
final class SampleSheet {
  /** Among what is measured: the sum of the judge's probabilities of what was asked for. */
  static final String CONFIDENCE = "sampled_confidence";

  /** How many samples the judge takes for what was asked for. */
  static final String RIGHT = "sampled_right";

  /** How many samples there were. */
  static final String SAMPLES = "sampled";

  /** At a time: assumed, as many as keep two cores busy. */
  private static final long CHUNK = 80;

  private final DenoisingNetwork network;
  private final NoiseSchedule schedule;
  private final SamplePlan plan;
  private final Optional<Judge> judge;

  SampleSheet(
      DenoisingNetwork network, NoiseSchedule schedule, SamplePlan plan, Optional<Judge> judge) {
    this.network = network;
    this.schedule = schedule;
    this.plan = plan;
    this.judge = judge;
  }

  /** Sums over the samples, and what they look like. */
  record Drawn(SortedMap<String, Double> sums, Raster picture) {}

  /** The sums where nothing is drawn. */
  static SortedMap<String, Double> none(Optional<Judge> judge) {
    SortedMap<String, Double> sums = new TreeMap<>();
    judge.ifPresent(_ -> {
      sums.put(CONFIDENCE, 0.0);
      sums.put(RIGHT, 0.0);
      sums.put(SAMPLES, 0.0);
    });
    return sums;
  }

  /**
   * Draws samples.
   *
   * @param noise [S, C, H, W]
   * @param labels int64 [S, 2], class and quality
   */
  Drawn draw(Tensor noise, Tensor labels) {
    SortedMap<String, Double> sums = none(judge);
    TensorVector parts = new TensorVector();
    for (long from = 0; from < noise.size(0); from += CHUNK) {
      long count = Math.min(CHUNK, noise.size(0) - from);
      Tensor wanted = labels.narrow(0, from, count);
      Tensor images = sample(noise.narrow(0, from, count), wanted);
      judge.ifPresent(who -> add(sums, who, images, wanted.select(1, 0)));
      parts.push_back(images);
    }
    int columns = network.conditions().classes();
    return new Drawn(sums, new Sheet(columns, 2, 2).of(cat(parts, 0)));
  }

  private Tensor sample(Tensor noise, Tensor labels) {
    Conditions conditions = network.conditions();
    Tensor nothing =
        Tensor.create(new long[] {conditions.noClass(), conditions.noQuality()}, 1, 2)
            .to(labels.device(), ScalarType.Long);
    return new Ddim(plan.steps())
        .within(1) // as the images that it was trained on
        .sample(
            new InTraining(),
            new Guidance(labels, nothing, plan.guidance()),
            noise,
            NoiseSource.of(0)); // of which DDIM takes none
  }

  private static void add(
      SortedMap<String, Double> sums, Judge judge, Tensor images, Tensor classes) {
    long[] wanted = TensorMemory.longs(classes);
    Judge.Opinion opinion = judge.of(images, wanted);
    sums.merge(CONFIDENCE, opinion.confidence(), Double::sum);
    sums.merge(RIGHT, opinion.right(), Double::sum);
    sums.merge(SAMPLES, (double) wanted.length, Double::sum);
  }

  /** The network as it is now. */
  private final class InTraining implements Denoiser {
    @Override
    public NoiseSchedule schedule() {
      return schedule;
    }

    @Override
    public long[] shape() {
      Conditions conditions = network.conditions();
      return new long[] {conditions.channels(), conditions.size(), conditions.size()};
    }

    @Override
    public Tensor noise(Tensor x, Tensor t, Tensor conditions) {
      return network.noise(x, t, conditions);
    }
  }
}
