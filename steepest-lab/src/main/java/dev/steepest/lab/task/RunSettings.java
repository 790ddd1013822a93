package dev.steepest.lab.task;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.EvaluationPlan;
import dev.steepest.lab.train.EvaluationPlan.TestSet;
import dev.steepest.lab.train.Freezing;
import dev.steepest.lab.train.LossPlan;
import dev.steepest.lab.train.LossPlan.Reduction;
import dev.steepest.lab.train.MemoryLayout;
import dev.steepest.lab.train.Pace;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.Span;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Shards;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What a run's settings say, whatever its task. */
record RunSettings(RunSpec spec) {

  Settings all() {
    return spec.settings();
  }

  String text(String path) {
    return all().text(path);
  }

  int whole(String path) {
    return (int) all().whole(path);
  }

  <E extends Enum<E>> E constant(Class<E> type, String path) {
    return Enum.valueOf(type, text(path).toUpperCase(Locale.ROOT));
  }

  /** The settings of a section in which something is chosen by name. */
  Map<String, Object> withoutName(String section) {
    Map<String, Object> rest = new TreeMap<>(all().section(section).tree());
    rest.remove("name");
    return rest;
  }

  /** A network on its device, in float32; closed if it does not fit there. */
  static <N extends Network> N placed(N network, Device device) {
    try {
      network.to(device, ScalarType.Float);
      return network;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** The learning rates of a run of so many steps, for an optimizer of this network. */
  GroupSchedules schedules(Network network, Optimizer optimizer, long totalSteps, Pace pace) {
    GroupSchedules given = new Schedules(all().section("schedule"), totalSteps, pace).all();
    return layerDecay().over(batches().over(given, pace), network, optimizer);
  }

  private LayerDecay layerDecay() {
    String key = "schedule.layer_decay";
    return all().has(key) ? new LayerDecay(all().number(key)) : LayerDecay.NONE;
  }

  /** How many samples there are in a batch, and what changes of that do to the learning rate. */
  BatchSchedule batches() {
    int first = whole("training.batch");
    if (!all().has("training.batch_schedule")) {
      return BatchSchedule.constant(first);
    }
    String rule = "training.batch_lr";
    return new BatchSchedule(
        BatchSchedule.read(text("training.batch_schedule"), first),
        all().has(rule) ? constant(BatchSchedule.Rule.class, rule) : BatchSchedule.Rule.KEEP);
  }

  /**
   * The optimizer of a network that is on its device already; its averages follow the statistics of
   * batch normalisation too.
   *
   * @param shards sums over the processes that update parts of the network
   */
  Optimizer optimizer(Network network, long totalSteps, Shards shards) {
    return Preset.named(text("optimizer.name"))
        .builder(
            network.parameters(),
            withoutName("optimizer"),
            group -> layerDecay().apart(group, network))
        .seed(spec.seed())
        .runOf(totalSteps)
        .alongside(statistics(network))
        .nonFinite(NonFinite.SKIP)
        .shards(shards)
        .build();
  }

  private static Map<String, Tensor> statistics(Network network) {
    Map<String, Tensor> statistics = new TreeMap<>(network.buffers());
    statistics.values().removeIf(buffer -> !buffer.is_floating_point());
    return statistics;
  }

  TrainingPlan plan() {
    Settings s = all().section("training");
    return new TrainingPlan(
        length(s),
        (int) s.whole("accumulation"),
        constant(Precision.class, "training.precision"),
        constant(MemoryLayout.class, "training.memory_format"),
        s.number("clip_norm"),
        loss(s),
        freezing(s),
        evaluation(),
        new WatchSettings(all()).watching(),
        (int) s.whole("log_every"),
        spec.seed());
  }

  /** Whether the weights that the run ends with are kept: usually where they are the best ones. */
  boolean keepsWeights() {
    return all().has("training.save")
        ? !text("training.save").equals("none")
        : all().has("training.early_stopping");
  }

  private static Span length(Settings training) {
    return training.has("steps")
        ? new Span.Steps(training.whole("steps"))
        : new Span.Epochs(training.number("epochs"));
  }

  private static Freezing freezing(Settings training) {
    Freezing later = Freezing.after(training.text("freeze"), training.number("freeze_after"));
    return training.has("frozen_until")
        ? FrozenUntil.read(training.text("frozen_until")).and(later)
        : later;
  }

  private LossPlan loss(Settings training) {
    double smoothing = training.number("label_smoothing");
    String last = "label_smoothing_end";
    return new LossPlan(
        constant(Reduction.class, "training.loss_reduction"),
        smoothing,
        training.has(last) ? training.number(last) : smoothing,
        all().number("augmentation.mixup"),
        all().has("augmentation.cutmix") ? all().number("augmentation.cutmix") : 0);
  }

  private EvaluationPlan evaluation() {
    Settings s = all().section("evaluation");
    return new EvaluationPlan(
        s.has("every_steps")
            ? new Span.Steps(s.whole("every_steps"))
            : new Span.Epochs(s.whole("every")),
        constant(Precision.class, "evaluation.numbers"),
        constant(TestTimeAugmentation.class, "evaluation.tta"),
        s.has("test") && !s.flag("test") ? TestSet.NEVER_SEEN : TestSet.SEEN_AT_THE_END);
  }
}
