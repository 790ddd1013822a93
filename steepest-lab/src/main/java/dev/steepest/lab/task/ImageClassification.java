package dev.steepest.lab.task;

import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Shards;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Image classification; runs of the same seed share augmentation too. */
public final class ImageClassification implements Task {
  /** Assumed: enough images that activations outweigh the scratch memory of the kernels. */
  private static final long PROBE = 64;

  private final RunSettings settings;
  private final ImageData images;
  private final ImageStreams streams;
  private final TrainingData data;
  private final Optional<Pretrained> pretrained;

  /**
   * Prepares the task.
   *
   * @param prefetch whether batches are prepared ahead: beside a GPU; on a CPU it would take a core
   *     from the step
   */
  public ImageClassification(RunSpec spec, ImageData images, Prefetch prefetch) {
    this.settings = new RunSettings(spec);
    this.images = images;
    this.pretrained = Pretrained.of(spec.settings().section("model"), images.folder());
    this.streams = new ImageStreams(settings, images, images.normalization(), prefetch);
    this.data = streams.onTheWay();
  }

  @Override
  public Network network(Device device) {
    Map<String, Object> own = settings.withoutName("model");
    own.keySet().removeAll(Pretrained.KEYS);
    Network network =
        Networks.named(settings.text("model.name"))
            .create(images.shape(), own, settings.spec().seed());
    try {
      pretrained.ifPresent(weights -> weights.into(network));
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
    return RunSettings.placed(network, device);
  }

  @Override
  public Optimizer optimizer(Network network, Shards shards) {
    return settings.optimizer(network, totalSteps(), shards);
  }

  @Override
  public GroupSchedules schedules(Network network, Optimizer optimizer) {
    return settings.schedules(network, optimizer, totalSteps(), data.pace());
  }

  @Override
  public int labels() {
    return images.shape().classes();
  }

  @Override
  public String sampleNoun() {
    return "images";
  }

  @Override
  public long largestBatch() {
    return settings.batches().sizes().largest();
  }

  @Override
  public long trainingSamples() {
    return images.splits().train().size();
  }

  @Override
  public MiniBatch probe() {
    Images shape = images.shape();
    return new MiniBatch(
        torch.rand(PROBE, shape.channels(), shape.size(), shape.size()),
        torch.zeros(new long[] {PROBE}, new TensorOptions(ScalarType.Long)));
  }

  @Override
  public SortedMap<String, Double> results(
      Network network, Optional<FinalReport> last, Position end) {
    SortedMap<String, Double> results = new TreeMap<>();
    last.ifPresent(look -> {
      results.putAll(values(ImageStreams.TEST, look.plain()));
      look.augmented()
          .ifPresent(score -> {
            results.put(Metric.TTA_LOSS, score.loss());
            results.put(Metric.TTA_ACCURACY, score.accuracy());
            results.put(Metric.TOTAL_SECONDS, look.totalSeconds());
          });
    });
    return results;
  }

  @Override
  public TrainingData data() {
    return data;
  }

  @Override
  public BatchStream test() {
    return streams.atTheEnd().evaluation(ImageStreams.TEST);
  }

  @Override
  public SortedMap<String, String> checksums() {
    SortedMap<String, String> checksums = new TreeMap<>(images.splits().checksums());
    pretrained.ifPresent(weights -> checksums.put(RunRecord.INITIAL_WEIGHTS, weights.sha256()));
    return checksums;
  }

  @Override
  public SortedMap<String, String> about() {
    Images shape = images.shape();
    return new TrainedOn(
            shape.channels(),
            shape.size(),
            images.splits().train().classes(),
            List.of(),
            images.normalization())
        .texts();
  }

  @Override
  public List<String> notes() {
    return images.notes();
  }

  @Override
  public TrainingPlan plan() {
    return settings.plan();
  }

  @Override
  public boolean keepsWeights() {
    return settings.keepsWeights();
  }
}
