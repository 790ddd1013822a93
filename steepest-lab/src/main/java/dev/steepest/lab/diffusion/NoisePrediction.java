package dev.steepest.lab.diffusion;

import static org.bytedeco.pytorch.global.torch.randint;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.bytedeco.pytorch.global.torch.stack;

import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Finding the noise in images (Ho et al. 2020, arXiv:2006.11239, L_simple): the squared error of
 * ε̂(√ᾱ_t·x + √(1−ᾱ_t)·ε, t, label), averaged over all values of a batch.
 *
 * <p>In training t is uniform, ε normal and labels are dropped, all drawn by torch's default
 * generator of the CPU. In evaluation t and ε belong to the number of an image, and labels are
 * told; see {@link DiffusionData}.
 *
 * <p>Legend: N images, C channels, H height, W width, T time steps.
 */
public final class NoisePrediction implements Objective {
  /** Spreads the time steps of consecutive numbers evenly: the golden ratio's fraction. */
  private static final double GOLDEN = 0.6180339887498949;

  private final DenoisingNetwork network;
  private final Conditions conditions;
  private final DiffusionPlan plan;
  private final SampleSheet sheet;

  /**
   * What the network is trained for.
   *
   * @param network the caller's
   */
  public NoisePrediction(DenoisingNetwork network, DiffusionPlan plan) {
    this.network = network;
    this.conditions = network.conditions();
    this.plan = plan;
    this.sheet = new SampleSheet(network, plan.schedule(), plan.samples(), plan.judge());
  }

  @Override
  public long items(MiniBatch batch) {
    return batch.size();
  }

  @Override
  public double weight(MiniBatch part, Labels labels, long itemsOfBatch) {
    return (double) part.size() / itemsOfBatch;
  }

  /**
   * Labels drawn from the network's prediction are noise around it: that of a normal distribution
   * whose mean it is.
   *
   * @param part labels int64 [N], class · qualities + quality
   */
  @Override
  public Pass pass(MiniBatch part, Labels labels, double done) {
    Tensor x = part.inputs();
    long count = part.size();
    Tensor t =
        randint(0, plan.schedule().steps(), new long[] {count}).to(x.device(), ScalarType.Long);
    Tensor noise = normal(x);
    Tensor told = plan.drops().of(classAndQuality(part.labels()), conditions);
    Tensor predicted =
        network.noise(plan.schedule().addNoise(x, noise, t), t, told).to(ScalarType.Float);
    Tensor target = labels == Labels.DRAWN ? predicted.detach().add(normal(x)) : noise;
    Tensor loss = predicted.sub(target).square().mean();
    return new Pass(loss, loss.detach(), Optional.empty());
  }

  private static Tensor normal(Tensor like) {
    return randn(like.sizes().vec().get()).to(like.device(), ScalarType.Float);
  }

  /** Class and quality of labels [N] that say both: [N, 2]. */
  private Tensor classAndQuality(Tensor labels) {
    Scalar qualities = new Scalar(conditions.qualities());
    return stack(new TensorVector(labels.floor_divide(qualities), labels.remainder(qualities)), 1);
  }

  /** Images have one view, and a sample no right or wrong but the judge's. */
  @Override
  public Judged judge(MiniBatch batch, TestTimeAugmentation views) {
    Tensor told = classAndQuality(batch.labels().select(1, DiffusionData.LABEL));
    long[] numbers = TensorMemory.longs(batch.labels().select(1, DiffusionData.NUMBER));
    if (numbers[0] == DiffusionData.TO_BE_DRAWN) {
      SampleSheet.Drawn drawn = sheet.draw(batch.inputs(), told);
      return new Judged(0, 0, 0, drawn.sums(), Optional.of(drawn.picture()));
    }
    Tensor x = batch.inputs();
    Tensor t = Tensor.create(times(numbers)).to(x.device(), ScalarType.Long);
    Tensor noise =
        FixedNoise.MEASURED
            .of(numbers, x.size(1), x.size(2), x.size(3))
            .to(x.device(), ScalarType.Float);
    Tensor predicted = network.noise(plan.schedule().addNoise(x, noise, t), t, told);
    double mean = predicted.to(ScalarType.Float).sub(noise).square().mean().item_float();
    return new Judged(
        mean * batch.size(), 0, batch.size(), SampleSheet.none(plan.judge()), Optional.empty());
  }

  private long[] times(long[] numbers) {
    long[] times = new long[numbers.length];
    for (int n = 0; n < times.length; n++) {
      double place = numbers[n] * GOLDEN;
      times[n] = (long) ((place - Math.floor(place)) * plan.schedule().steps());
    }
    return times;
  }
}
