package dev.steepest.lab.task;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Splits;
import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.augment.Flip;
import dev.steepest.lab.data.augment.PadMode;
import dev.steepest.lab.data.augment.Policy;
import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.data.batch.BatchPlan;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.EvaluationPlan;
import dev.steepest.lab.train.Freezing;
import dev.steepest.lab.train.ImageTrainingData;
import dev.steepest.lab.train.LossPlan;
import dev.steepest.lab.train.LossPlan.Reduction;
import dev.steepest.lab.train.MemoryLayout;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Image classification as one run's settings describe it: every part that the trainer needs, each
 * made from the run's seed alone, so that runs of the same seed share initial weights, data order
 * and augmentation whatever their optimizer.
 */
public final class ImageClassification {
  /** Names of evaluation sets; they prefix measured values. */
  private static final String VALIDATION = "val";

  private static final String TEST = "test";

  private final RunSpec spec;
  private final Settings settings;
  private final ImageData images;
  private final Prefetch prefetch;
  private final TrainingData data;

  /**
   * Prepares the task.
   *
   * @param prefetch whether batches are prepared ahead: beside a GPU; on a CPU it would take a core
   *     from the step
   */
  public ImageClassification(RunSpec spec, ImageData images, Prefetch prefetch) {
    this.spec = spec;
    this.prefetch = prefetch;
    this.settings = spec.settings();
    this.images = images;
    this.data = data(curve());
  }

  /**
   * The network with the initial weights of the run's seed, in float32; the caller closes it.
   *
   * @param device on which it is trained: the optimizer's averages begin where the network is
   */
  public Network network(Device device) {
    Network network =
        Networks.named(settings.text("model.name"))
            .create(images.shape(), withoutName("model"), spec.seed());
    try {
      return network.to(device, ScalarType.Float);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /**
   * The optimizer over all parameters of a network that is on its device already, whose averages
   * follow the statistics of batch normalisation too; the caller closes it before the network. A
   * gradient that is not finite is a diverged run or a loss scale that is too large, for the loop
   * to judge: such a step is left out.
   */
  public Optimizer optimizer(Network network) {
    return Preset.named(settings.text("optimizer.name"))
        .builder(network.parameters(), withoutName("optimizer"))
        .seed(spec.seed())
        .runOf(totalSteps())
        .alongside(statistics(network))
        .nonFinite(NonFinite.SKIP)
        .build();
  }

  private static Map<String, Tensor> statistics(Network network) {
    Map<String, Tensor> statistics = new TreeMap<>(network.buffers());
    statistics.values().removeIf(buffer -> !buffer.is_floating_point());
    return statistics;
  }

  private Map<String, Object> withoutName(String section) {
    Map<String, Object> rest = new TreeMap<>(settings.section(section).tree());
    rest.remove("name");
    return rest;
  }

  /** Optimizer steps of the whole run. */
  public long totalSteps() {
    return plan().steps(data.batchesPerEpoch());
  }

  /** The schedules, in optimizer steps: warm-up and decay reach exactly their ends. */
  public GroupSchedules schedules() {
    return new Schedules(settings.section("schedule"), totalSteps(), data.batchesPerEpoch()).all();
  }

  /** Number of labels. */
  public int classes() {
    return images.shape().classes();
  }

  /** Training and validation batches. */
  public TrainingData data() {
    return data;
  }

  /** The test set, to be looked at once, after the last step. */
  public BatchStream test() {
    return data(Map.of(TEST, images.splits().test())).evaluation(TEST);
  }

  /** The images that are looked at on the way. */
  private Map<String, ImageSet> curve() {
    Splits splits = images.splits();
    if (settings.text("evaluation.curve").equals("test")) {
      return Map.of(TEST, splits.test());
    }
    return splits.validation().size() == 0 ? Map.of() : Map.of(VALIDATION, splits.validation());
  }

  private TrainingData data(Map<String, ImageSet> evaluation) {
    return new ImageTrainingData(
        images.splits().train(),
        new LinkedHashMap<>(evaluation),
        augmentation(),
        images.normalization(),
        batches(),
        (int) settings.whole("evaluation.chunk"),
        plan().layout(),
        spec.seed());
  }

  /** SHA-256 of the images and labels of each split. */
  public SortedMap<String, String> checksums() {
    return new TreeMap<>(images.splits().checksums());
  }

  private AugmentationPlan augmentation() {
    Settings s = settings.section("augmentation");
    return new AugmentationPlan(
        constant(Policy.class, s.text("policy")),
        (int) s.whole("crop"),
        constant(PadMode.class, s.text("crop_mode")),
        constant(Flip.class, s.text("flip")),
        s.number("erase"));
  }

  private BatchPlan batches() {
    return new BatchPlan(
        (int) settings.whole("training.batch"),
        constant(LastBatch.class, settings.text("training.last_batch")),
        prefetch);
  }

  public TrainingPlan plan() {
    Settings s = settings.section("training");
    return new TrainingPlan(
        s.number("epochs"),
        (int) s.whole("accumulation"),
        constant(Precision.class, s.text("precision")),
        constant(MemoryLayout.class, s.text("memory_format")),
        s.number("clip_norm"),
        loss(s),
        new Freezing(s.text("freeze"), s.number("freeze_after")),
        new EvaluationPlan(
            (int) settings.whole("evaluation.every"),
            constant(Precision.class, settings.text("evaluation.numbers")),
            constant(TestTimeAugmentation.class, settings.text("evaluation.tta"))),
        (int) s.whole("log_every"),
        spec.seed());
  }

  private LossPlan loss(Settings training) {
    double smoothing = training.number("label_smoothing");
    String last = "label_smoothing_end";
    return new LossPlan(
        constant(Reduction.class, training.text("loss_reduction")),
        smoothing,
        training.has(last) ? training.number(last) : smoothing,
        settings.number("augmentation.mixup"));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }
}
