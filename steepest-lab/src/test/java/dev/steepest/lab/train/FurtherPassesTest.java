package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Rule;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.optim.wrap.Ema;
import dev.steepest.optim.wrap.Sam;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What optimizers ask for beyond one gradient: second points, drawn labels, evaluation points. */
class FurtherPassesTest {
  private static final double LR = 0.5;
  private static final double RHO = 0.3;
  private static final long SEED = 1;

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Optimizer descent(Network network) {
    var group = new ParameterGroup("all", new Sgd(LR, 0, 0, 0, false), network.parameters());
    return Optimizer.builder(List.of(group))
        .nonFinite(NonFinite.SKIP)
        .wrap(new Sam(RHO, false))
        .build();
  }

  /**
   * A network with batch statistics and one with dropout; the limit of the last clips the second
   * gradient.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05})
  void samIsTwoPassesByHand(double limit) {
    List<LongFunction<Network>> makers = List.of(Bench::cnn, Bench::vit);
    for (LongFunction<Network> maker : makers) {
      MiniBatch batch = SyntheticData.make(5, 12);
      try (Network network = maker.apply(3);
          Network byHand = maker.apply(3);
          Optimizer optimizer = descent(network);
          TrainingStep step =
              new TrainingStep(
                  network,
                  optimizer,
                  Bench.CONSTANT,
                  TrainingPlan.of(1, SEED).withClipNorm(limit),
                  Pace.constant(3),
                  Bench.CPU)) {
        for (int i = 0; i < 3; i++) {
          TrainingStep.Seen seen = step.make(i, batch, TrainingStep.Look.READ);
          double[] lossAndNorm = stepByHand(byHand, batch, i, limit);
          assertThat(seen.finite()).isTrue();
          assertThat(seen.loss().orElseThrow()).isCloseTo(lossAndNorm[0], within(1e-5));
          assertThat(seen.gradNorm().orElseThrow()).isCloseTo(lossAndNorm[1], within(1e-4));
        }
        assertThat(step.meter().sums().items()).as("losses of first passes only").isEqualTo(3 * 12);
        Map<String, double[]> expected = Bench.values(byHand);
        // float32, three steps; batch statistics included: they have moved three times, not six.
        Bench.values(network)
            .forEach((name, values) ->
                assertThat(values).as(name).containsExactly(expected.get(name), within(1e-4)));
      }
    }
  }

  /**
   * Two passes with libtorch's plain calls; the loss at the first point, the norm at the second.
   */
  private static double[] stepByHand(Network network, MiniBatch batch, long step, double limit) {
    Tensor loss = pass(network, batch, step);
    Map<String, Tensor> statistics = copies(network.buffers());
    List<Tensor> before = new ArrayList<>();
    double length = norm(network) + 1e-12;
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (Parameter p : network.parameters()) {
        before.add(p.tensor().clone());
        p.tensor().add_(p.tensor().grad(), new Scalar(RHO / length));
      }
    }
    pass(network, batch, step);
    double second = norm(network);
    double shrink = limit > 0 ? Math.min(1, limit / (second + 1e-6)) : 1;
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (int i = 0; i < before.size(); i++) {
        Tensor w = network.parameters().get(i).tensor();
        w.copy_(before.get(i)).sub_(w.grad(), new Scalar(LR * shrink));
      }
      statistics.forEach((name, value) -> network.buffers().get(name).copy_(value));
    }
    return new double[] {loss.item_float(), second};
  }

  private static Tensor pass(Network network, MiniBatch batch, long step) {
    network.parameters().forEach(p -> p.tensor().mutable_grad().reset());
    torch.manual_seed(Seeds.derive(SEED, "step " + step));
    Tensor loss = CrossEntropy.MEAN.apply(network.forward(batch.inputs()), batch.labels());
    loss.backward();
    return loss;
  }

  private static double norm(Network network) {
    double squares = 0;
    for (Parameter p : network.parameters()) {
      squares += p.tensor().grad().to(ScalarType.Double).square().sum().item_double();
    }
    return Math.sqrt(squares);
  }

  private static Map<String, Tensor> copies(Map<String, Tensor> tensors) {
    Map<String, Tensor> copies = new TreeMap<>();
    tensors.forEach((name, tensor) -> copies.put(name, tensor.detach().clone()));
    return copies;
  }

  @Test
  void aRepeatedPassUpdatesNoStatistics() {
    MiniBatch batch = SyntheticData.make(5, 12);
    try (Network network = Bench.cnn(3)) {
      Tensor once = network.forward(batch.inputs());
      Map<String, Tensor> statistics = copies(network.buffers());
      network.repeat();
      Tensor again = network.forward(batch.inputs());
      assertThat(again.equal(once)).as("the same logits").isTrue();
      assertThat(statistics).isNotEmpty();
      statistics.forEach(
          (name, value) -> assertThat(network.buffers().get(name).equal(value)).as(name).isTrue());
    }
  }

  @Test
  void evaluationSeesTheAverageAndTrainingDoesNot() {
    var data = new SyntheticData(40, 8);
    try (Network network = Bench.mlp(1);
        Network plain = Bench.mlp(1);
        Network averaged = Bench.mlp(1);
        Optimizer wrapped = Bench.sgd(network, 0.1, new Ema(0.9, Ema.WarmUp.NONE, 1));
        Optimizer bare = Bench.sgd(plain, 0.1);
        Trainer one = trainer(network, wrapped, data);
        Trainer two = trainer(plain, bare, data);
        Trainer of = trainer(averaged, bare, data)) {
      one.run();
      two.run();
      Map<String, double[]> trained = Bench.values(plain);
      Map<String, Tensor> average = new TreeMap<>();
      wrapped
          .state()
          .forEach((key, tensor) -> {
            if (key.endsWith("/average")) {
              average.put(key.replace("ema:", "").replace("/average", ""), tensor);
            }
          });
      averaged.load(average);
      Score atAverage = of.evaluate(() -> data.evaluation("val")).orElseThrow().plain();
      assertThat(one.evaluate(() -> data.evaluation("val")).orElseThrow().plain())
          .isEqualTo(atAverage);
      assertThat(two.evaluate(() -> data.evaluation("val")).orElseThrow().plain())
          .isNotEqualTo(atAverage);
      // Also the evaluations of the run itself have left no trace.
      Bench.values(network)
          .forEach((name, values) -> assertThat(values).as(name).isEqualTo(trained.get(name)));
    }
  }

  private static Trainer trainer(Network network, Optimizer optimizer, TrainingData data) {
    return new Trainer(
        network,
        optimizer,
        Bench.CONSTANT,
        data,
        TrainingPlan.of(2, SEED),
        Bench.CPU,
        Checkpointing.OFF,
        TrainListener.SILENT);
  }

  /** Descends, and keeps the last curvature gradient that it was shown. */
  record Curious(
      @Knob(symbol = "η", value = "0.5", about = "learning rate") double lr,
      @Knob(symbol = "k", value = "2", about = "steps between estimates") long every)
      implements Rule, Rule.Curvature {
    @Override
    public List<Buffer> buffers(Parameter parameter) {
      return List.of(Buffer.like(parameter, "seen"));
    }

    @Override
    public void update(ParameterState p, double lr) {
      p.value().sub_(p.gradient(), new Scalar(lr));
    }

    @Override
    public void observe(ParameterState p) {
      p.buffer("seen").copy_(p.gradient());
    }
  }

  @Test
  void curvatureIsTheGradientOfDrawnLabelsAndLeavesTheStepAlone() {
    MiniBatch batch = SyntheticData.make(5, 12);
    TrainingPlan plan = TrainingPlan.of(1, SEED).withLabelSmoothing(0.1);
    try (Network network = Bench.cnn(3);
        Network plain = Bench.cnn(3);
        Network byHand = Bench.cnn(3);
        Optimizer curious = of(new Curious(LR, 2), network);
        Optimizer bare = of(new Sgd(LR, 0, 0, 0, false), plain);
        TrainingStep step =
            new TrainingStep(network, curious, Bench.CONSTANT, plan, Pace.constant(4), Bench.CPU);
        TrainingStep other =
            new TrainingStep(plain, bare, Bench.CONSTANT, plan, Pace.constant(4), Bench.CPU)) {
      torch.manual_seed(Seeds.derive(SEED, "curvature 0"));
      Tensor logits = byHand.forward(batch.inputs());
      Tensor drawn = logits.detach().softmax(1).multinomial(1).squeeze(1);
      CrossEntropy.MEAN.apply(logits, drawn).backward();
      List<String> shown = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        step.make(i, batch, TrainingStep.Look.READ);
        other.make(i, batch, TrainingStep.Look.READ);
        Map<String, Tensor> state = curious.state();
        Parameter first = byHand.parameters().getFirst();
        Tensor seen = state.get(first.name() + "/seen");
        if (i == 0) {
          assertThat(seen.sub(first.tensor().grad()).abs().max().item_double()).isLessThan(1e-6);
          assertThat(seen.abs().max().item_double()).isPositive();
        }
        shown.add(Double.toString(seen.sum().item_double()));
      }
      assertThat(shown.get(1)).as("not due before the second step").isEqualTo(shown.get(0));
      assertThat(shown.get(2)).as("due before the third").isNotEqualTo(shown.get(1));
      assertThat(shown.get(3)).isEqualTo(shown.get(2));
      Map<String, double[]> expected = Bench.values(plain);
      Bench.values(network)
          .forEach((name, values) ->
              assertThat(values).as(name).containsExactly(expected.get(name), within(1e-6)));
    }
  }

  private static Optimizer of(Rule rule, Network network) {
    return new Optimizer(List.of(new ParameterGroup("all", rule, network.parameters())));
  }
}
