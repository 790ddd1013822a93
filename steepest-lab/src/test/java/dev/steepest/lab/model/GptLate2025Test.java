package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptLate2025Test {
  /** Windows of a few tokens, token 0 begins a document. */
  private static final GptLate2025.Config SMALL = new GptLate2025.Config(13, 16, 6, 2, 16, 1, 0);

  private static final int[] TOKENS = {4, 7, 1, 12, 3, 3, 0, 9, 5, 2, 8, 6, 0, 11, 10, 1};
  private static final int[] TARGETS = {7, 1, 12, 3, 3, 0, 9, 5, 2, 8, 6, 0, 11, 10, 1, 4};

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor row(int[] values) {
    long[] wide = Arrays.stream(values).asLongStream().toArray();
    return torch.tensor(wide).unsqueeze(0);
  }

  /** In float64, with nothing at 0, so that every gate and gradient has something to say. */
  private static GptLate2025 prepared(GptLate2025.Config config) {
    GptLate2025 network = new GptLate2025(config, 3);
    torch.manual_seed(8);
    try (AutoGradMode _ = new AutoGradMode(false)) {
      network
          .parameters()
          .forEach(p ->
              p.tensor().normal_(0, p.role() == Role.EMBEDDING ? 1 : 0.4, new GeneratorOptional()));
    }
    network.to(new Device("cpu"), ScalarType.Double);
    return network;
  }

  private static Map<String, double[]> values(GptLate2025 network) {
    var values = new HashMap<String, double[]>();
    network
        .state()
        .forEach((name, tensor) -> {
          double[] numbers = new double[(int) tensor.numel()];
          new DoublePointer(tensor.detach().contiguous().data_ptr()).get(numbers);
          values.put(name, numbers);
        });
    return values;
  }

  /** The schedule's numbers, written out for stages 0 (3 units) and 2 (11 units). */
  private static PlainGptLate2025 plain(Map<String, double[]> values, int stage) {
    double[] frequencies = {1, 1 / 1024.0, 0, 0};
    double scale = 0.1;
    int[] units = {3, 7, 11};
    for (int i = 0; i < stage; i++) {
      double ratio = (double) units[i] / units[i + 1];
      for (int j = 0; j < frequencies.length; j++) {
        double turns = units[i] * frequencies[j] / (2 * Math.PI);
        double kept = Math.min(1, Math.max(0, (turns - 1) / 31));
        frequencies[j] *= ratio + kept * (1 - ratio);
      }
      scale *= 1 + 0.2 * Math.log((double) units[i + 1] / units[i]);
    }
    int[] windows = {1 + units[stage] / 2, 1 + units[stage]};
    return new PlainGptLate2025(SMALL, values, windows, scale, frequencies);
  }

  /** Logits, loss, and along a random direction of each parameter the slope of the loss. */
  @ParameterizedTest
  @CsvSource({"0, 0", "0.8, 2"})
  void itIsWhatItsDescriptionSays(double done, int stage) {
    try (GptLate2025 network = prepared(SMALL)) {
      network.progress(done);
      Map<String, double[]> values = values(network);
      PlainGptLate2025 plain = plain(values, stage);
      double[][] expected = plain.logits(TOKENS);
      Tensor logits = network.forward(row(TOKENS)).detach().select(0, 0);
      for (int t = 0; t < TOKENS.length; t++) {
        for (int v = 0; v < SMALL.vocabulary(); v++) {
          assertThat(logits.select(0, t).select(0, v).item_double())
              .as("logit %d of token %d", v, t)
              .isCloseTo(expected[t][v], within(1e-9));
        }
      }
      Tensor loss = network.loss(row(TOKENS), row(TARGETS));
      assertThat(loss.detach().item_double()).isCloseTo(plain.loss(TOKENS, TARGETS), within(1e-10));
      loss.backward();
      Random random = new Random(5);
      for (Parameter p : network.parameters()) {
        double[] gradient = new double[(int) p.tensor().numel()];
        new DoublePointer(p.tensor().grad().contiguous().data_ptr()).get(gradient);
        double[] direction = random.doubles(gradient.length, -1, 1).toArray();
        double slope = 0;
        for (int i = 0; i < gradient.length; i++) {
          slope += gradient[i] * direction[i];
        }
        double quotient = quotient(plain, p.name(), direction);
        // Error of the quotient: step² and 1e-15/step.
        assertThat(slope).as(p.name()).isCloseTo(quotient, within(2e-7 * (1 + Math.abs(slope))));
        assertThat(slope).as(p.name()).isNotZero();
      }
    }
  }

  private static double quotient(PlainGptLate2025 plain, String name, double[] direction) {
    double step = 1e-5;
    double[] values = plain.values().get(name);
    double[] before = values.clone();
    double[] losses = new double[2];
    for (int side = 0; side < 2; side++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = before[i] + (side == 0 ? step : -step) * direction[i];
      }
      losses[side] = plain.loss(TOKENS, TARGETS);
    }
    System.arraycopy(before, 0, values, 0, before.length);
    return (losses[0] - losses[1]) / (2 * step);
  }

  @Test
  void aLaterTokenAndAnotherDocumentLeaveLogitsAlone() {
    try (GptLate2025 network = prepared(SMALL)) {
      Tensor before = network.forward(row(TOKENS)).detach();
      int[] later = TOKENS.clone();
      later[9] = 11;
      Tensor after = network.forward(row(later)).detach();
      assertThat(distance(before.narrow(1, 0, 9), after.narrow(1, 0, 9))).isLessThan(1e-12);
      assertThat(distance(before.narrow(1, 9, 1), after.narrow(1, 9, 1))).isGreaterThan(1e-4);
      // Tokens 6 and 12 begin documents: attention ends there, the smear reaches one token over.
      assertThat(distance(before.narrow(1, 12, 4), after.narrow(1, 12, 4))).isLessThan(1e-12);
      int[] last = TOKENS.clone();
      last[5] = 11;
      Tensor smeared = network.forward(row(last)).detach();
      assertThat(distance(before.narrow(1, 6, 1), smeared.narrow(1, 6, 1))).isGreaterThan(1e-6);
    }
  }

  private static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  @Test
  void blocksOfQueriesAndOneWholeMaskSeeTheSame() {
    Sight sight = Sight.of(5, 600);
    Tensor documents = torch.arange(new Scalar(600)).unsqueeze(0).floor_divide(new Scalar(37));
    Sight within = sight.within(documents);
    Tensor whole = within.whole(600, new TensorOptions(ScalarType.Byte)).select(0, 0);
    for (long from : new long[] {0, 256, 512}) {
      long rows = Math.min(256, 600 - from);
      Tensor seen =
          within
              .bias(from, rows)
              .eq(new Scalar(0f))
              .logical_and(within.elsewhere(from, rows).select(0, 0).select(0, 0).logical_not());
      long first = within.firstKey(from);
      Tensor part = whole.select(0, 0).narrow(0, from, rows);
      assertThat(part.narrow(1, first, from + rows - first).equal(seen)).isTrue();
      // Nothing is seen outside of the keys that a block takes.
      assertThat(part.sum().item_long()).isEqualTo(seen.sum().item_long());
    }
  }

  /** 5 tables of 50,304; 10 attentions, 11 feed-forward parts, 61 gates, 62 scalars. */
  @Test
  void itsSizeIsThatOfTheOriginal() {
    GptLate2025.Config full = GptLate2025.Config.speedrun();
    // A tenth of the vocabulary, so that the test takes little memory.
    var smaller = new GptLate2025.Config(5_030, 64, 12, 6, 768, 128, 0);
    try (GptLate2025 network = new GptLate2025(smaller, 1)) {
      long tables = 5L * 768;
      assertThat(network.count() + tables * (full.vocabulary() - 5_030)).isEqualTo(268_665_626);
      assertThat(network.parameters()).filteredOn(p -> p.role() == Role.EMBEDDING).hasSize(4);
      assertThat(network.parameters())
          .filteredOn(p -> p.role() == Role.MATRIX)
          .hasSize(10 * 2 + 11 * 2 + 1);
      // All but the tables that are looked up, the scalars, and what is counted with the head.
      double gates = 60 * 12 + 12;
      assertThat(network.work(64).weights())
          .isEqualTo(10 * 4 * 768.0 * 768 + 11 * 8 * 768.0 * 768 + gates + 768.0 * 5_030);
      torch.manual_seed(2);
      Tensor tokens = torch.randint(5_030, new long[] {1, 33}).to(ScalarType.Long);
      double loss =
          network.loss(tokens.narrow(1, 0, 32), tokens.narrow(1, 1, 32)).detach().item_float();
      assertThat(loss).isCloseTo(Math.log(5_030), within(1e-5)); // the head is 0
    }
  }

  @Test
  void windowsGrowInThirdsAndOnceMoreAtTheEnd() {
    double end = 2185 / 2225.0;
    assertThat(WindowSchedule.stage(0)).isZero();
    assertThat(WindowSchedule.stage(end / 3 - 1e-9)).isZero();
    assertThat(WindowSchedule.stage(end / 3 + 1e-9)).isEqualTo(1);
    assertThat(WindowSchedule.stage(2 * end / 3 + 1e-9)).isEqualTo(2);
    assertThat(WindowSchedule.stage(end - 1e-9)).isEqualTo(2);
    assertThat(WindowSchedule.stage(end + 1e-9)).isEqualTo(3);
    Site site = Site.root(1);
    var schedule = new WindowSchedule(site, 8, 8, 128);
    assertThat(schedule.far(0, Mode.TRAIN)).isEqualTo(1 + 3 * 128);
    assertThat(schedule.near(0)).isEqualTo(1 + 128);
    assertThat(schedule.far(1, Mode.TRAIN)).isEqualTo(1 + 13 * 128);
    assertThat(schedule.near(1)).isEqualTo(1 + 6 * 128);
    assertThat(schedule.far(1, Mode.EVAL)).isEqualTo(1 + 20 * 128);
    assertThat(schedule.far(0.5, Mode.EVAL)).isEqualTo(1 + 7 * 128);
    site.state().close();
  }

  /** The original's shapes: four matrices side by side in rows, c_fc transposed, padding. */
  @Test
  void anOriginalStateIsReshaped() {
    try (GptLate2025 network = prepared(SMALL)) {
      var original = new LinkedHashMap<String, Tensor>();
      network
          .state()
          .forEach((name, tensor) ->
              original.put(
                  name,
                  name.equals("scalars")
                      ? torch.cat(new TensorVector(tensor, torch.ones(2).to(ScalarType.Double)), 0)
                      : name.endsWith("qkvo_w")
                          ? tensor.reshape(16, 64)
                          : name.endsWith("c_fc") ? tensor.t().contiguous() : tensor));
      try (GptLate2025 other = new GptLate2025(SMALL, 9)) {
        other.to(new Device("cpu"), ScalarType.Double);
        other.load(other.fromOriginal(original));
        assertThat(other.forward(row(TOKENS)).equal(network.forward(row(TOKENS)))).isTrue();
      }
    }
  }

  @Test
  void wrongShapesAreExplained() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GptLate2025.Config(50, 16, 7, 2, 16, 1, 0))
        .withMessageContaining("layers = 7 is odd");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GptLate2025.Config(50, 16, 6, 2, 20, 1, 0))
        .withMessageContaining("4·heads = 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GptLate2025.Config(50, 16, 6, 2, 16, 1, 50))
        .withMessageContaining("document = 50");
  }
}
