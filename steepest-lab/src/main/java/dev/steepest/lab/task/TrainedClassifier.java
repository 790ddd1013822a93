package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.study.record.RunRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A classifier of images that was trained before, as a judge of other images. */
final class TrainedClassifier implements AutoCloseable {
  private static final Scalar MOST = new Scalar(1.0).retainReference();
  private static final Scalar HALF = new Scalar(0.5).retainReference();

  private final Network network;
  private final TrainedWeights weights;

  private TrainedClassifier(Network network, TrainedWeights weights) {
    this.network = network;
    this.weights = weights;
    network.eval();
    network.setTrained(_ -> false);
  }

  /**
   * The network of a finished run that kept its weights, on the CPU.
   *
   * @throws DataException if it is no classifier, or its weights do not say what they are
   */
  static TrainedClassifier of(RunRecord run) {
    TrainedWeights weights = TrainedWeights.of(run);
    String name = weights.network();
    if (Networks.all().stream().noneMatch(kind -> kind.name().equals(name))) {
      throw new DataException(
          run.spec().experiment() + " trained no judge",
          List.of("model.name = %s does not tell classes apart".formatted(name)),
          "Name an experiment that trains a classifier of images.");
    }
    TrainedOn images = weights.images();
    Map<String, Object> settings = new TreeMap<>(weights.settings());
    settings.keySet().removeAll(Pretrained.KEYS);
    Network network =
        Networks.named(name)
            .create(
                new Images(images.channels(), images.size(), images.classes().size()),
                settings,
                run.spec().seed());
    return new TrainedClassifier(weights.into(network), weights);
  }

  /** What it was trained on. */
  TrainedOn images() {
    return weights.images();
  }

  /** Where it comes from. */
  TrainedWeights weights() {
    return weights;
  }

  void to(Device device) {
    network.to(device, ScalarType.Float);
  }

  /**
   * Its answer to images.
   *
   * @param given [N, C, H, W] of its size and channels, −1 black to 1 white, clipped to that
   * @return [N, classes], owned by the caller's scope
   */
  Tensor logits(Tensor given) {
    Tensor seen =
        given
            .clamp(new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(MOST))
            .add(MOST)
            .mul(HALF);
    Tensor mean = channels(images().normalization().mean(), given.device());
    Tensor std = channels(images().normalization().std(), given.device());
    return network.forward(seen.sub(mean).div(std));
  }

  private static Tensor channels(List<Float> values, Device device) {
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i);
    }
    return Tensor.create(numbers, 1, numbers.length, 1, 1).to(device, ScalarType.Float);
  }

  @Override
  public void close() {
    network.close();
  }
}
