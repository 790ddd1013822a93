package dev.steepest.lab.task;

import dev.steepest.lab.data.text.batch.EvaluationBatches;
import dev.steepest.lab.data.text.batch.TokenBatches;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.model.Tokens;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.MatmulPeak;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.TokenTrainingData;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Shards;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Going on with a text: every position of a sequence predicts the token behind it. */
public final class LanguageModelling implements Task {
  /** Names of evaluation sets; they prefix measured values. */
  private static final String VALIDATION = "val";

  private static final String TEST = "test";

  /** At a time in evaluation. Assumed: enough for the matrix kernels, little memory. */
  private static final int LEAST_SEQUENCES = 8;

  /** Assumed: the activations of two sequences outweigh the scratch memory of the kernels. */
  private static final long PROBE = 2;

  private final RunSettings settings;
  private final TextData text;
  private final int context;
  private final TokenTrainingData data;

  LanguageModelling(RunSpec spec, TextData text) {
    settings = new RunSettings(spec);
    this.text = text;
    context = settings.whole("model.context");
    TokenBatches batches = text.training(settings.whole("training.batch"), context, spec.seed());
    data = new TokenTrainingData(batches, curve());
  }

  /** The text that is looked at on the way. */
  private SequencedMap<String, EvaluationBatches> curve() {
    SequencedMap<String, EvaluationBatches> curve = new LinkedHashMap<>();
    if (settings.text("evaluation.curve").equals("test")) {
      curve.put(TEST, text.test(chunk(), context));
    } else if (text.sets().validation().length() > 1) {
      curve.put(VALIDATION, text.validation(chunk(), context));
    }
    return curve;
  }

  /** Sequences at a time. */
  private int chunk() {
    return Math.max(LEAST_SEQUENCES, settings.whole("evaluation.chunk") / context);
  }

  @Override
  public LanguageNetwork network(Device device) {
    return RunSettings.placed(
        Networks.language(
            settings.text("model.name"),
            new Tokens(text.sets().vocabulary()),
            settings.withoutName("model"),
            settings.spec().seed()),
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
    return TokenTrainingData.stream(text.test(chunk(), context));
  }

  @Override
  public SortedMap<String, String> checksums() {
    return new TreeMap<>(text.sets().checksums());
  }

  @Override
  public int labels() {
    return text.sets().vocabulary();
  }

  @Override
  public String sampleNoun() {
    return "sequences";
  }

  @Override
  public long largestBatch() {
    return settings.whole("training.batch");
  }

  @Override
  public long trainingSamples() {
    return (text.sets().train().length() - 1) / context;
  }

  @Override
  public MiniBatch probe() {
    var tokens = new TensorOptions(ScalarType.Long);
    return new MiniBatch(
        torch.zeros(new long[] {PROBE, context}, tokens),
        torch.zeros(new long[] {PROBE, context}, tokens));
  }

  @Override
  public SortedMap<String, Double> values(String set, Score score) {
    SortedMap<String, Double> values = new TreeMap<>(Task.super.values(set, score));
    values.put(set + "_perplexity", Math.exp(score.loss()));
    return values;
  }

  @Override
  public SortedMap<String, Double> results(
      Network network, Optional<FinalReport> last, Position end) {
    SortedMap<String, Double> results = new TreeMap<>();
    last.ifPresent(look -> results.putAll(values(TEST, look.plain())));
    double tokensPerSecond = (double) end.samples() * context / end.trainSeconds();
    double flops = ((LanguageNetwork) network).flopsPerToken(context) * tokensPerSecond;
    Device device = network.parameters().getFirst().tensor().device();
    results.put(Metric.TOKENS_PER_SECOND, tokensPerSecond);
    results.put(
        Metric.FLOPS_UTILISATION, flops / MatmulPeak.flopsPerSecond(device, plan().precision()));
    return results;
  }
}
