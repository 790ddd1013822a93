package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Parameter;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MixtureOfExpertsTest {
  private static final MoeGpt.Config CONFIG = new MoeGpt.Config(50, 16, 1, 2, 8, 12, 5, 2, 0, 0.1);
  private static final double SPREAD = 0.5; // of the weights: large, so that experts differ
  private static final double ROUNDING = 1e-12;
  private PointerScope scope;
  private Site site;
  private Tensor x_BTD;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    site = Site.root(4);
    torch.manual_seed(5);
    x_BTD = torch.randn(3, 16, 8).to(ScalarType.Double);
  }

  @AfterEach
  void close() {
    site.state().close();
    scope.close();
  }

  private Router router() {
    Router router = new Router(site, CONFIG, SPREAD);
    site.state().move(new Device("cpu"), ScalarType.Double);
    return router;
  }

  private Tensor weight(String name) {
    return site.state().tensors().get(name);
  }

  private static double number(Tensor scalar) {
    return scalar.to(ScalarType.Double).item_double();
  }

  @Test
  void theChosenWeightsSumToOneAndAreTheLargest() {
    Router.Routing routing = router().apply(x_BTD.flatten(0, 1), Mode.EVAL);
    Tensor sums = routing.weights().sum(1);
    assertThat(number(sums.sub(torch.ones_like(sums)).abs().max())).isLessThan(ROUNDING);
    // Among the chosen, weights are as the probabilities over all; no other probability is larger.
    Tensor chosen = routing.probabilities().gather(1, routing.experts());
    Tensor scaled = chosen.div(chosen.sum(new long[] {1}, true, new ScalarTypeOptional()));
    assertThat(number(scaled.sub(routing.weights()).abs().max())).isLessThan(ROUNDING);
    assertThat(number(routing.probabilities().topk(2).get1().ne(routing.experts()).sum())).isZero();
  }

  @Test
  void everyTokenTakesTwoPlaces() {
    Router.Routing routing = router().apply(x_BTD.flatten(0, 1), Mode.EVAL);
    assertThat(routing.load().numel()).isEqualTo(5);
    assertThat(routing.load().sum().item_long()).isEqualTo(2 * 48);
    for (int e = 0; e < 5; e++) {
      long tokens = routing.experts().eq(new Scalar(e)).sum().item_long();
      assertThat(routing.load().select(0, e).item_long()).isEqualTo(tokens);
    }
    Tensor twice = routing.experts().select(1, 0).eq(routing.experts().select(1, 1));
    assertThat(twice.sum().item_long()).isZero();
  }

  @Test
  void noiseMovesTheLogitsInTrainingOnly() {
    Router router = router();
    Tensor x_ND = torch.randn(20_000, 8).to(ScalarType.Double);
    Tensor still = router.apply(x_ND, Mode.EVAL).probabilities();
    assertThat(router.apply(x_ND, Mode.EVAL).probabilities().equal(still)).isTrue();
    Tensor moved = router.apply(x_ND, Mode.TRAIN).probabilities();
    // Differences of log-probabilities lose the softmax's shift: √2 times the noise remains.
    Tensor change = moved.log().sub(still.log());
    Tensor difference = change.select(1, 0).sub(change.select(1, 1));
    assertThat(number(difference.std())).isCloseTo(0.1 * Math.sqrt(2), within(0.003)); // 4 sigma
  }

  /** .01·E·Σ f·P in plain Java. */
  @Test
  void thePenaltyIsTheProductOfShareAndProbability() {
    Router router = router();
    Router.Routing routing = router.apply(x_BTD.flatten(0, 1), Mode.EVAL);
    double sum = 0;
    for (int e = 0; e < 5; e++) {
      double share = routing.load().select(0, e).item_long() / 96.0;
      sum += share * number(routing.probabilities().select(1, e).mean());
    }
    assertThat(number(router.penalty(routing))).isCloseTo(0.05 * sum, within(ROUNDING));
    assertThat(number(router.penalty(routing))).isGreaterThan(0.005);
  }

  /** Every token by itself through its two experts. */
  @Test
  void theOutputIsTheWeightedSumOfTheChosenExperts() {
    var mixture = new MixtureOfExperts(site, CONFIG, SPREAD);
    site.state().move(new Device("cpu"), ScalarType.Double);
    MixtureOfExperts.Output output = mixture.apply(x_BTD, Mode.EVAL);
    assertThat(output.penalties()).isEmpty();
    Tensor gate = weight("router.gate.weight");
    Tensor first = weight("experts.linear1.weight");
    Tensor second = weight("experts.linear2.weight");
    for (int b = 0; b < 3; b++) {
      for (int t = 0; t < 16; t++) {
        Tensor x = x_BTD.select(0, b).select(0, t);
        var top = gate.mv(x).topk(2);
        Tensor weights = top.get0().softmax(0);
        Tensor sum = torch.zeros_like(x);
        for (int place = 0; place < 2; place++) {
          long e = top.get1().select(0, place).item_long();
          Tensor inner = torch.silu(first.narrow(0, 12 * e, 12).mv(x));
          Tensor y = second.narrow(0, 8 * e, 8).mv(inner);
          sum = sum.add(y.mul(weights.select(0, place)));
        }
        Tensor actual = output.features().select(0, b).select(0, t);
        assertThat(number(actual.sub(sum).abs().max())).isLessThan(ROUNDING);
      }
    }
  }

  @Test
  void anExpertWithoutTokensHasAGradientOfZero() {
    var mixture = new MixtureOfExperts(site, CONFIG, SPREAD);
    Tensor one_11D = x_BTD.narrow(0, 0, 1).narrow(1, 0, 1).to(ScalarType.Float);
    mixture.apply(one_11D, Mode.EVAL).features().square().sum().backward();
    Parameter first =
        site.state().parameters().stream()
            .filter(p -> p.name().equals("experts.linear1.weight"))
            .findFirst()
            .orElseThrow();
    Tensor perExpert =
        first
            .matrices(first.tensor().grad())
            .abs()
            .sum(new long[] {1, 2}, false, new ScalarTypeOptional());
    assertThat(perExpert.count_nonzero().item_long()).isEqualTo(2);
  }

  /** Both layers of a measurement meet the same number of weights per token. */
  @Test
  void theDenseLayerBesideTheExpertsDoesTheSameWork() {
    var config = new MoeGpt.Config(50, 16, 1, 2, 8, 12, 5, 2, 0.1, 0.1);
    try (ExpertWork work = new ExpertWork(config, new Device("cpu"))) {
      Tensor x = torch.randn(3, 16, 8).set_requires_grad(true);
      Tensor sparse = work.sparse(x);
      Tensor dense = work.dense(x);
      assertThat(State.shape(sparse)).containsExactly(3, 16, 8);
      assertThat(State.shape(dense)).containsExactly(3, 16, 8);
      sparse.add(dense).square().sum().backward();
      assertThat(number(x.grad().abs().sum())).isPositive();
    }
  }
}
