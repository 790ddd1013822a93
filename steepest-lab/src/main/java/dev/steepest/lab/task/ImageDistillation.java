package dev.steepest.lab.task;

import dev.steepest.lab.data.encode.Sheet;
import dev.steepest.lab.diffusion.Judge;
import dev.steepest.lab.diffusion.Prior;
import dev.steepest.lab.distill.Distillation;
import dev.steepest.lab.distill.DistillationMeasures;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.field.Canvas;
import dev.steepest.lab.model.field.Fields;
import dev.steepest.lab.model.field.ImageField;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Shards;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.PictureMetric;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images distilled from the score of a frozen diffusion model: the network is what the images are
 * represented by, and there are no data.
 */
public final class ImageDistillation implements Task {
  private static final String ON_THE_WAY = "val";
  private static final String AT_THE_END = "test";

  /** The first look with more confidence is remembered. */
  private static final double CONFIDENT = .9; // as the study's plan has it

  /** In a row, where each image has a prompt of its own. Assumed: ten classes make two rows. */
  private static final int COLUMNS = 5;

  private static final int GAP = 2;

  /** Assumed: small images are enlarged so far that a person sees their pixels. */
  private static final int SIDE = 96;

  private final RunSettings settings;
  private final ScoreData score;
  private final TrainingData data;
  private double notBegun;

  ImageDistillation(RunSpec spec, ScoreData score) {
    this.settings = new RunSettings(spec);
    this.score = score;
    this.data =
        new ScoreTrainingData(
            score.images(),
            "the score of %s for %s, %s"
                .formatted(score.checksums(), score.prompts(), score.settings().distillation()),
            ON_THE_WAY,
            this::objective);
  }

  @Override
  public Network network(Device device) {
    long[] shape = score.prior(device).shape();
    Canvas canvas = new Canvas(score.images(), (int) shape[0], (int) shape[1]);
    ImageField field =
        Fields.named(
            settings.text("model.name"),
            canvas,
            settings.withoutName("model"),
            settings.spec().seed());
    RunSettings.placed(field, device);
    try (PointerScope _ = new PointerScope()) {
      score
          .begin()
          .ifPresent(picture -> {
            Tensor all = picture.to(device, ScalarType.Float).repeat(score.images(), 1, 1, 1);
            notBegun = field.begin(all);
          });
    } catch (RuntimeException e) {
      field.close();
      throw e;
    }
    return field;
  }

  @Override
  public List<String> notes() {
    return score
        .settings()
        .begin()
        .map(file ->
            String.format(
                Locale.ROOT, "images begin as %s, but for an RMS of %.4f", file, notBegun))
        .stream()
        .toList();
  }

  private Objective objective(Network network, TrainingPlan plan) {
    ImageField field = (ImageField) network;
    Device device = field.parameters().getFirst().tensor().device();
    Prior prior = score.prior(device);
    return new Distillation(
        field,
        prior,
        score.prompts(),
        score.settings().distillation(),
        plan.steps(data.pace()),
        settings.spec().seed(),
        measures(device));
  }

  private DistillationMeasures measures(Device device) {
    Optional<Judge> judge =
        score.judge(device).map(network -> new Judge(network::logits, score.judged()));
    return new DistillationMeasures(judge, Optional.of(images -> sheet(images.size(2)).of(images)));
  }

  /** Images of one prompt stand in a row. */
  private Sheet sheet(long size) {
    int particles = score.settings().particles();
    return new Sheet(
        particles > 1 ? particles : Math.min(COLUMNS, score.images()),
        score.images() == 1 ? 0 : GAP,
        (int) Math.max(1, SIDE / size));
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
  public TrainingData data() {
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
    return data.evaluation(ON_THE_WAY); // the same images
  }

  @Override
  public SortedMap<String, String> checksums() {
    return new TreeMap<>(score.checksums());
  }

  @Override
  public int labels() {
    return score.images();
  }

  @Override
  public String sampleNoun() {
    return "images";
  }

  @Override
  public long largestBatch() {
    return score.images();
  }

  /** The model of vsd learns from all images at once, and has one place in a checkpoint. */
  @Override
  public boolean sharesBatches() {
    return false;
  }

  @Override
  public long trainingSamples() {
    return score.images();
  }

  @Override
  public Optional<Demand> demand() {
    return score.demand();
  }

  @Override
  public MiniBatch probe() {
    return ScoreTrainingData.all(score.images());
  }

  /** What is measured has names of its own; there is no loss of a score. */
  @Override
  public SortedMap<String, Double> values(String set, Score look) {
    SortedMap<String, Double> values = new TreeMap<>();
    if (Double.isFinite(look.accuracy())) {
      values.put(set + "_accuracy", look.accuracy());
    }
    look.others().forEach((name, value) -> values.put(set + "_" + name, value));
    return values;
  }

  @Override
  public SortedMap<String, Double> results(
      Network network, Optional<FinalReport> last, Position end) {
    SortedMap<String, Double> results = new TreeMap<>();
    last.ifPresent(look -> results.putAll(values(AT_THE_END, look.plain())));
    return results;
  }

  @Override
  public SortedMap<String, Double> course(List<Evaluation> looks) {
    SortedMap<String, Double> course = new TreeMap<>();
    looks.stream()
        .filter(
            look -> look.value(ON_THE_WAY + "_" + PictureMetric.CONFIDENCE).orElse(0) > CONFIDENT)
        .mapToLong(Evaluation::step)
        .min()
        .ifPresent(step -> course.put(PictureMetric.STEPS_TO_CONFIDENCE, (double) step));
    return course;
  }
}
