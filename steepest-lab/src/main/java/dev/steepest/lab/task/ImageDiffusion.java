package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.diffusion.DiffusionData;
import dev.steepest.lab.diffusion.DiffusionPlan;
import dev.steepest.lab.diffusion.Judge;
import dev.steepest.lab.diffusion.SamplePlan;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Shards;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.PictureMetric;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Training of a diffusion model on labelled images from −1 to 1: finding the noise in them. How
 * good samples are says a judge, where the data name one.
 */
public final class ImageDiffusion implements Task {
  /** Among the checksums: the weights of the judge; with {@code run} behind it, whose they are. */
  private static final String JUDGE = "judge";

  /** Assumed: enough images that activations outweigh the scratch memory of the kernels. */
  private static final long PROBE = 16;

  private final RunSettings settings;
  private final ImageData images;
  private final TrainedOn shown;
  private final Conditions conditions;
  private final DiffusionPlan plan;
  private final ImageStreams streams;
  private final DiffusionData data;

  /**
   * Prepares the task.
   *
   * @param prefetch whether batches are prepared ahead
   * @throws DataException if the judge does not know what the data show
   */
  ImageDiffusion(RunSpec spec, ImageData images, Prefetch prefetch) {
    settings = new RunSettings(spec);
    this.images = images;
    shown = shown(images);
    conditions =
        new Conditions(
            shown.channels(),
            shown.size(),
            shown.classes().size(),
            Math.max(1, shown.qualities().size()));
    Settings model = settings.all().section("model");
    plan =
        new DiffusionPlan(
            DiffusionSettings.schedule(model),
            DiffusionSettings.drops(model),
            DiffusionSettings.samples(settings.all().section("evaluation")),
            images.judge().map(who -> judge(who, shown)));
    streams = new ImageStreams(settings, images, shown.normalization(), prefetch);
    data = new DiffusionData(streams.onTheWay(), plan, conditions);
  }

  /** Classes without their qualities: labels say class · qualities + quality. */
  private static TrainedOn shown(ImageData images) {
    List<String> labels = images.splits().train().classes();
    int qualities = Math.max(1, images.qualities().size());
    String ending = images.qualities().isEmpty() ? "" : ", " + images.qualities().getFirst();
    List<String> classes =
        IntStream.range(0, labels.size() / qualities)
            .mapToObj(i -> labels.get(i * qualities))
            .map(label -> label.substring(0, label.length() - ending.length()))
            .toList();
    Images shape = images.shape();
    return new TrainedOn(
        shape.channels(),
        shape.size(),
        classes,
        images.qualities(),
        Normalization.HALF.forChannels(shape.channels()));
  }

  private static Judge judge(TrainedClassifier who, TrainedOn shown) {
    List<String> unknown =
        shown.classes().stream().filter(name -> !who.images().classes().contains(name)).toList();
    if (!unknown.isEmpty() || who.images().channels() != shown.channels()) {
      throw new DataException(
          "The judge of samples does not know these data",
          List.of(
              unknown.isEmpty()
                  ? "it was trained on images of %d channels, these have %d"
                      .formatted(who.images().channels(), shown.channels())
                  : "it knows %s, not %s"
                      .formatted(
                          String.join(", ", who.images().classes()), String.join(", ", unknown))),
          "Name another experiment in data.judge, or leave it out.");
    }
    return new Judge(
        who::logits,
        shown.classes().stream().map(name -> who.images().classes().indexOf(name)).toList());
  }

  @Override
  public DenoisingNetwork network(Device device) {
    return RunSettings.placed(
        DiffusionSettings.network(
            settings.all().section("model"), conditions, settings.spec().seed()),
        device);
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
  public DiffusionData data() {
    return data;
  }

  @Override
  public TrainingPlan plan() {
    return settings.plan();
  }

  @Override
  public boolean keepsWeights() {
    return settings.keepsWeights();
  }

  @Override
  public BatchStream test() {
    return new DiffusionData(streams.atTheEnd(), plan, conditions).last(ImageStreams.TEST);
  }

  @Override
  public SortedMap<String, String> checksums() {
    SortedMap<String, String> checksums = new TreeMap<>(images.splits().checksums());
    images
        .judge()
        .map(TrainedClassifier::weights)
        .ifPresent(weights -> {
          checksums.put(JUDGE, weights.sha256());
          checksums.put(JUDGE + " run", weights.run().spec().id());
        });
    return checksums;
  }

  @Override
  public SortedMap<String, String> about() {
    return shown.texts();
  }

  @Override
  public List<String> notes() {
    return images.notes();
  }

  @Override
  public int labels() {
    return conditions.classes() * conditions.qualities();
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
    int size = conditions.size();
    return new MiniBatch(
        torch.rand(PROBE, conditions.channels(), size, size),
        torch.zeros(new long[] {PROBE}, new TensorOptions(ScalarType.Long)));
  }

  /**
   * The loss; of samples, if there were any, how sure the judge is of them, and how often right.
   */
  @Override
  public SortedMap<String, Double> values(String set, Score score) {
    SortedMap<String, Double> values = new TreeMap<>();
    values.put(set + "_loss", score.loss());
    SamplePlan.shares(score.others())
        .ifPresent(shares -> {
          values.put(set + "_" + PictureMetric.CONFIDENCE, shares.confidence());
          values.put(set + "_accuracy", shares.right());
        });
    return values;
  }

  @Override
  public SortedMap<String, Double> results(
      Network network, Optional<FinalReport> last, Position end) {
    return last.map(look -> values(ImageStreams.TEST, look.plain())).orElseGet(TreeMap::new);
  }
}
