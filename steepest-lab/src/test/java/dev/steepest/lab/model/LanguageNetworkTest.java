package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both language networks promise, on small variants. */
class LanguageNetworkTest {
  private static final int VOCABULARY = 61;
  private static final int CONTEXT = 24;
  private static final MoeGpt.Config MOE =
      new MoeGpt.Config(VOCABULARY, CONTEXT, 2, 2, 16, 24, 4, 2, 0.1, 0.1);
  private static final double ROUNDING = 1e-12; // of float64 sums of up to a thousand terms

  private PointerScope scope;

  static Stream<Named<LanguageNetwork>> networks() {
    return Stream.of(
        Named.of("gpt", new Gpt(new Gpt.Config(VOCABULARY, CONTEXT, 2, 2, 16), 3)),
        Named.of("moe", new MoeGpt(MOE.withoutChance(), 3)));
  }

  static Stream<Named<LanguageNetwork>> allNetworks() {
    var config = new GptLate2025.Config(VOCABULARY, CONTEXT, 6, 2, 16, CONTEXT, -1);
    return Stream.concat(networks(), Stream.of(Named.of("late", new GptLate2025(config, 3))));
  }

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** In float64, and with no matrix 0, so that every gradient has something to say. */
  private static LanguageNetwork prepared(LanguageNetwork network) {
    torch.manual_seed(8);
    try (AutoGradMode _ = new AutoGradMode(false)) {
      network.parameters().stream()
          .filter(Parameter::isMatrix)
          .forEach(p -> p.tensor().normal_(0, 0.2, new GeneratorOptional()));
    }
    network.to(new Device("cpu"), ScalarType.Double);
    return network;
  }

  private static Tensor tokens(long seed, long rows, long time) {
    torch.manual_seed(seed);
    return torch.randint(VOCABULARY, new long[] {rows, time}).to(ScalarType.Long);
  }

  private static double number(Tensor scalar) {
    return scalar.to(ScalarType.Double).item_double();
  }

  private static double distance(Tensor a, Tensor b) {
    return number(a.detach().sub(b.detach()).abs().max());
  }

  @ParameterizedTest
  @MethodSource("allNetworks")
  void aLaterTokenLeavesEarlierLogits(LanguageNetwork fresh) {
    try (LanguageNetwork network = prepared(fresh)) {
      Tensor tokens = tokens(1, 1, CONTEXT);
      Tensor changed = tokens.clone();
      int at = 9;
      changed.select(1, at).add_(new Scalar(1)).remainder_(new Scalar(VOCABULARY));
      Tensor before = network.forward(tokens);
      Tensor after = network.forward(changed);
      // Rows of other sizes may go to experts together: equal up to the order of sums.
      assertThat(distance(before.narrow(1, 0, at), after.narrow(1, 0, at))).isLessThan(ROUNDING);
      for (int t = at; t < CONTEXT; t++) {
        assertThat(distance(before.select(1, t), after.select(1, t))).isGreaterThan(1e-6);
      }
      // Nor does a shorter text change what it has.
      Tensor shorter = network.forward(tokens.narrow(1, 0, at));
      assertThat(distance(before.narrow(1, 0, at), shorter)).isLessThan(ROUNDING);
    }
  }

  /** The chunked loss against the plain one, in value, in every gradient, and scaled. */
  @ParameterizedTest
  @MethodSource("networks")
  void theLossIsTheCrossEntropyOfTheLogitsPlusPenalties(LanguageNetwork fresh) {
    try (LanguageNetwork network = prepared(fresh)) {
      Tensor tokens = tokens(2, 3, CONTEXT);
      Tensor targets = tokens(3, 3, CONTEXT);
      targets.narrow(1, CONTEXT - 1, 1).fill_(new Scalar(LanguageNetwork.IGNORED));
      Tensor plain =
          torch.cross_entropy_loss(
              network.forward(tokens).flatten(0, 1),
              targets.flatten(),
              new TensorOptional(),
              1,
              LanguageNetwork.IGNORED,
              0);
      for (Tensor penalty : network.encode(tokens).penalties()) {
        plain = plain.add(penalty);
      }
      plain.mul(new Scalar(3)).backward();
      var expected = new LinkedHashMap<String, Tensor>();
      for (Parameter p : network.parameters()) {
        expected.put(p.name(), p.tensor().grad().clone());
        p.tensor().mutable_grad().reset();
      }
      Tensor loss = network.loss(tokens, targets);
      assertThat(number(loss)).isCloseTo(number(plain), within(ROUNDING));
      loss.mul(new Scalar(3)).backward();
      for (Parameter p : network.parameters()) {
        assertThat(distance(p.tensor().grad(), expected.get(p.name())))
            .as(p.name())
            .isLessThan(ROUNDING);
        assertThat(number(p.tensor().grad().abs().sum())).as(p.name()).isPositive();
      }
    }
  }

  /** Recomputed activations: the same loss and gradients to the bit, also under autocast. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsComputedAgainIsTheSame(boolean autocast) {
    Gpt.Config kept = new Gpt.Config(VOCABULARY, CONTEXT, 3, 2, 16);
    Gpt.Config again = new Gpt.Config(VOCABULARY, CONTEXT, 3, 2, 16, Gpt.Activations.RECOMPUTED);
    try (LanguageNetwork first = prepared(new Gpt(kept, 3));
        LanguageNetwork second = prepared(new Gpt(again, 3))) {
      Tensor tokens = tokens(2, 3, CONTEXT);
      Tensor targets = tokens(3, 3, CONTEXT);
      second.loss(targets, tokens); // a pass that nobody goes back through
      double[] losses = new double[2];
      int side = 0;
      for (LanguageNetwork network : List.of(first, second)) {
        network.to(new Device("cpu"), ScalarType.Float);
        torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
        torch.set_autocast_enabled(DeviceType.CPU, autocast);
        Tensor loss = network.loss(tokens, targets);
        torch.set_autocast_enabled(DeviceType.CPU, false);
        torch.clear_cache();
        network.backward(loss.mul(new Scalar(0.5)));
        losses[side++] = number(loss);
      }
      assertThat(losses[1]).isEqualTo(losses[0]);
      for (int i = 0; i < first.parameters().size(); i++) {
        Parameter p = second.parameters().get(i);
        Tensor expected = first.parameters().get(i).tensor().grad();
        // The tied matrix adds its two parts in another order.
        double rounding = i == 0 ? 1e-6 * number(expected.abs().max()) : 0;
        assertThat(distance(p.tensor().grad(), expected))
            .as(p.name())
            .isLessThanOrEqualTo(rounding);
      }
    }
  }

  /** The tied matrix moves by the sum of its uses: a difference quotient sees both at once. */
  @ParameterizedTest
  @MethodSource("networks")
  void theTiedMatrixHasTheGradientOfBothUses(LanguageNetwork fresh) {
    try (LanguageNetwork network = prepared(fresh)) {
      Tensor tokens = tokens(4, 2, 8);
      Tensor targets = tokens(5, 2, 8);
      network.loss(tokens, targets).backward();
      Tensor table = network.parameters().getFirst().tensor();
      assertThat(network.parameters()).filteredOn(p -> p.role() == Role.HEAD).hasSize(1);
      assertThat(network.parameters().getFirst().role()).isEqualTo(Role.HEAD);
      Tensor direction = torch.randn_like(table.detach());
      double slope = number(table.grad().mul(direction).sum());
      double step = 1e-6;
      try (AutoGradMode _ = new AutoGradMode(false)) {
        table.add_(direction, new Scalar(step));
        double up = number(network.loss(tokens, targets));
        table.add_(direction, new Scalar(-2 * step));
        double down = number(network.loss(tokens, targets));
        // Error of the quotient: step² and 1e-16/step.
        assertThat((up - down) / (2 * step)).isCloseTo(slope, within(1e-7 * (1 + Math.abs(slope))));
      }
    }
  }

  /** bf16 has 8 significant bits; the loss is an average, its gradient a sum of many roundings. */
  @ParameterizedTest
  @MethodSource("networks")
  void autocastKeepsLogitsInFullPrecisionAndStaysClose(LanguageNetwork fresh) {
    try (LanguageNetwork network = prepared(fresh)) {
      network.to(new Device("cpu"), ScalarType.Float);
      Tensor tokens = tokens(6, 2, CONTEXT);
      Tensor targets = tokens(7, 2, CONTEXT);
      double exact = number(network.loss(tokens, targets));
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      Tensor logits = network.forward(tokens);
      Tensor loss = network.loss(tokens, targets);
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
      loss.backward();
      assertThat(logits.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(loss.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(Math.abs(number(loss) - exact) / exact).isBetween(1e-8, 0.02);
      assertThat(network.parameters())
          .allSatisfy(p -> {
            assertThat(p.tensor().grad().scalar_type().intern()).isEqualTo(ScalarType.Float);
            assertThat(number(p.tensor().grad().abs().sum())).isPositive();
          });
    }
  }

  /** Chunks of a few rows, some targets ignored, against the logits of all positions. */
  @ParameterizedTest
  @MethodSource("allNetworks")
  void aJudgementSumsWhatTheLogitsSay(LanguageNetwork fresh) {
    try (LanguageNetwork network = prepared(fresh)) {
      network.eval();
      Tensor tokens = tokens(2, 3, CONTEXT);
      Tensor logits = network.forward(tokens).detach();
      // Half of the targets are what the network says.
      Tensor targets = logits.argmax(new LongOptional(-1), false);
      targets.narrow(1, 0, CONTEXT / 2).copy_(tokens(3, 3, CONTEXT / 2));
      targets.narrow(1, 3, 2).fill_(new Scalar(LanguageNetwork.IGNORED));
      double loss = 0;
      int hits = 0;
      int counted = 0;
      for (int row = 0; row < 3; row++) {
        for (int t = 0; t < CONTEXT; t++) {
          long target = targets.select(0, row).select(0, t).item_long();
          if (target != LanguageNetwork.IGNORED) {
            Tensor own = logits.select(0, row).select(0, t);
            loss -= number(own.log_softmax(0).select(0, target));
            hits += number(own.max()) == number(own.select(0, target)) ? 1 : 0;
            counted++;
          }
        }
      }
      LanguageNetwork.Judgement judgement = network.evaluate(tokens, targets);
      assertThat(judgement.loss().item_double()).isCloseTo(loss, within(1e-10));
      assertThat(judgement.hits().item_long()).isEqualTo(hits).isGreaterThan(3 * CONTEXT / 2 - 1);
      assertThat(judgement.counted().item_long()).isEqualTo(counted).isEqualTo(3 * CONTEXT - 6);
      assertThat(judgement.loss().requires_grad()).isFalse();
      assertThat(number(network.loss(tokens, targets))).isCloseTo(loss / counted, within(ROUNDING));
    }
  }

  @ParameterizedTest
  @MethodSource("allNetworks")
  void theNextTokenIsThatOfTheLastPosition(LanguageNetwork fresh) {
    try (LanguageNetwork network = prepared(fresh)) {
      network.eval();
      Tensor tokens = tokens(2, 3, 11);
      Tensor next = network.next(tokens);
      assertThat(State.shape(next)).containsExactly(3, VOCABULARY);
      assertThat(next.requires_grad()).isFalse();
      assertThat(distance(next, network.forward(tokens).select(1, 10))).isLessThan(ROUNDING);
    }
  }

  /** 6 per weight and token, twice as much per feature and pair of tokens. */
  @ParameterizedTest
  @MethodSource("allNetworks")
  void wrongInputsAreExplained(LanguageNetwork network) {
    try (network) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.forward(tokens(1, 1, CONTEXT + 1)))
          .withMessageContaining("[1, 25]")
          .withMessageContaining("time 1 to 24");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.forward(torch.zeros(1, 4)))
          .withMessageContaining("Long [batch, time]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.loss(tokens(1, 1, 4), tokens(1, 1, 3)))
          .withMessageContaining("one int64 target per token");
    }
  }

  @Test
  void chanceFollowsTheDefaultGeneratorAndStopsInEvaluation() {
    try (LanguageNetwork network = prepared(new MoeGpt(MOE, 1))) {
      Tensor tokens = tokens(9, 2, 8);
      torch.manual_seed(1);
      Tensor first = network.forward(tokens);
      torch.manual_seed(1);
      assertThat(network.forward(tokens).equal(first)).isTrue();
      assertThat(network.forward(tokens).equal(first)).isFalse();
      network.eval();
      assertThat(network.forward(tokens).equal(network.forward(tokens))).isTrue();
      assertThat(network.encode(tokens).penalties()).isEmpty();
    }
  }

  /** Published: 123.57 M; a new network's loss is 16, since blocks say 0 and |w|²·√768 = 16. */
  @Test
  void anUntiedStateIsRefused() {
    try (Gpt network = new Gpt(new Gpt.Config(VOCABULARY, CONTEXT, 1, 2, 16), 3)) {
      var values = new LinkedHashMap<>(network.state());
      values.put("lm_head.weight", values.get("transformer.wte.weight"));
      assertThat(List.copyOf(network.fromOriginal(values).keySet()))
          .isEqualTo(List.copyOf(network.state().keySet()));
      values.put("lm_head.weight", torch.zeros(VOCABULARY, 16));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.fromOriginal(values))
          .withMessageContaining("one matrix");
    }
  }
}
