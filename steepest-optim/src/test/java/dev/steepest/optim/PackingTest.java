package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small parameters end to end, large ones in slices: nobody must notice. */
class PackingTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Rule rule(String name) {
    return switch (name) {
      case "sgd" -> Rules.make(Sgd.class, Map.of("weight_decay", 0.01));
      case "adam_w" -> Rules.make(AdamW.class, Map.of());
      default -> Rules.make(Lion.class, Map.of());
    };
  }

  /** Three small parameters, one of them a filter laid out channels-last, one of bfloat16. */
  private static List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(parameter("matrix", Seeds.normal(1, 5, 7)));
    all.add(parameter("filter", Seeds.normal(2, 4, 3, 2, 2).contiguous(MemoryFormat.ChannelsLast)));
    all.add(parameter("bias", Seeds.normal(3, 9)));
    all.add(parameter("narrow", Seeds.normal(4, 6, 3).to(ScalarType.BFloat16)));
    all.add(parameter("narrow bias", Seeds.normal(5, 8).to(ScalarType.BFloat16)));
    return all;
  }

  private static Parameter parameter(String name, Tensor value) {
    Role role = value.dim() > 1 ? Role.MATRIX : Role.VECTOR;
    return new Parameter(name, role, value.clone().set_requires_grad(true));
  }

  private static Optimizer optimizer(
      Rule rule, List<Parameter> parameters, Optimizer.Path path, HalfPrecision half) {
    return Optimizer.builder(List.of(new ParameterGroup("all", rule, parameters)))
        .path(path)
        .halfPrecision(half)
        .build();
  }

  private static void give(List<Parameter> parameters, long seed) {
    for (Parameter parameter : parameters) {
      Tensor tensor = parameter.tensor();
      Tensor drawn = Seeds.normal(Seeds.derive(seed, parameter.name()), tensor.sizes().vec().get());
      tensor.mutable_grad().put(drawn.to(tensor.scalar_type().intern()));
    }
  }

  private static double difference(List<Parameter> a, List<Parameter> b) {
    double largest = 0;
    for (int i = 0; i < a.size(); i++) {
      Tensor apart = a.get(i).tensor().detach().sub(b.get(i).tensor().detach());
      largest = Math.max(largest, apart.abs().max().item_double());
    }
    return largest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam_w", "lion"})
  void packedParametersGoWhereLooseOnesGo(String name) {
    List<Parameter> packed = parameters();
    List<Parameter> loose = parameters();
    Optimizer.Path one = Optimizer.Path.ONE_BY_ONE;
    try (Optimizer together =
            optimizer(rule(name), packed, Optimizer.Path.TOGETHER, HalfPrecision.NEAREST);
        Optimizer apart = optimizer(rule(name), loose, one, HalfPrecision.NEAREST)) {
      for (int step = 0; step < 5; step++) {
        give(packed, step);
        give(loose, step);
        together.step();
        apart.step();
      }
      // float32 rounds to 6e-8 of values near 1; a bfloat16 differs by 0 or, at a tie, by 1/128.
      assertThat(difference(packed.subList(0, 3), loose.subList(0, 3))).isLessThan(1e-6);
      assertThat(difference(packed.subList(3, 5), loose.subList(3, 5))).isLessThanOrEqualTo(0x1p-7);
    }
  }

  @Test
  void parametersThatMissAStepAreLeftOutOfIt() {
    List<Parameter> parameters = parameters();
    try (Optimizer optimizer =
        optimizer(rule("lion"), parameters, Optimizer.Path.TOGETHER, HalfPrecision.NEAREST)) {
      give(parameters, 1);
      optimizer.step();
      Tensor before = parameters.get(2).tensor().detach().clone();
      Tensor others = parameters.get(0).tensor().detach().clone();
      give(parameters, 2);
      parameters.get(2).tensor().mutable_grad().reset();
      optimizer.step();
      assertThat(parameters.get(2).tensor().equal(before)).isTrue();
      assertThat(parameters.get(0).tensor().equal(others)).isFalse();
      assertThat(optimizer.state().get("bias/step").item_long()).isEqualTo(1);
      assertThat(optimizer.state().get("matrix/step").item_long()).isEqualTo(2);
    }
  }

  @Test
  void aParameterThatWasGivenOtherMemoryIsStillUpdated() {
    List<Parameter> moved = parameters();
    List<Parameter> still = parameters();
    try (Optimizer a =
            optimizer(rule("lion"), moved, Optimizer.Path.TOGETHER, HalfPrecision.NEAREST);
        Optimizer b =
            optimizer(rule("lion"), still, Optimizer.Path.TOGETHER, HalfPrecision.NEAREST)) {
      for (int step = 0; step < 3; step++) {
        give(moved, step);
        give(still, step);
        a.step();
        b.step();
        Tensor tensor = moved.getFirst().tensor();
        tensor.set_data(tensor.detach().clone());
      }
      assertThat(difference(moved, still)).isZero();
    }
  }

  @Test
  void aLargeParameterIsCutWithoutATrace() {
    // Two slices and a piece, and laid out otherwise than its gradient in the second round.
    Tensor start = Seeds.normal(1, 3, 1024, 512);
    List<Parameter> cut = List.of(parameter("w", start));
    List<Parameter> whole = List.of(parameter("w", start));
    try (Optimizer a =
            optimizer(rule("lion"), cut, Optimizer.Path.TOGETHER, HalfPrecision.NEAREST);
        Optimizer b =
            optimizer(rule("lion"), whole, Optimizer.Path.ONE_BY_ONE, HalfPrecision.NEAREST)) {
      for (int step = 0; step < 2; step++) {
        Tensor gradient = Seeds.normal(2 + step, 3, 512, 1024).transpose(1, 2);
        cut.getFirst().tensor().mutable_grad().put(step == 0 ? gradient.contiguous() : gradient);
        whole.getFirst().tensor().mutable_grad().put(gradient.contiguous());
        a.step();
        b.step();
      }
      assertThat(difference(cut, whole)).isLessThan(1e-6); // float32 rounding near 1
    }
  }

  @Test
  void stateIsCountedOnceAndNotHidden() {
    List<Parameter> parameters = parameters();
    long elements = parameters.stream().mapToLong(p -> p.tensor().numel()).sum();
    for (HalfPrecision half : HalfPrecision.values()) {
      try (Optimizer optimizer =
          optimizer(rule("adam_w"), parameters, Optimizer.Path.TOGETHER, half)) {
        give(parameters, 1);
        optimizer.step();
        long master = half == HalfPrecision.MASTER_COPY ? 4 * (18 + 8) : 0;
        assertThat(optimizer.stateBytes()).isEqualTo(2 * 4 * elements + master);
      }
    }
  }

  @Test
  void halfPrecisionKeepsWhatItSays() {
    // Each step asks for a hundredth of half a unit in the last place of 1: nearest never moves.
    for (HalfPrecision half : HalfPrecision.values()) {
      Tensor ones = torch.ones(new long[] {4096}).to(ScalarType.BFloat16);
      Parameter weights = parameter("w", ones);
      Parameter other = parameter("v", ones);
      Rule sgd = Rules.make(Sgd.class, Map.of("lr", 0x1p-9 / 100, "momentum", 0.0));
      try (Optimizer optimizer =
          optimizer(sgd, List.of(weights, other), Optimizer.Path.TOGETHER, half)) {
        for (int step = 0; step < 200; step++) {
          for (Parameter p : List.of(weights, other)) {
            p.tensor().mutable_grad().put(torch.ones_like(p.tensor().detach()));
          }
          optimizer.step();
        }
      }
      double moved = 1 - weights.tensor().to(ScalarType.Double).mean().item_double();
      // 200 steps come to 2·2⁻⁹; below 1 the spacing is 2⁻⁸, so the master copy rounds to it.
      switch (half) {
        case NEAREST -> assertThat(moved).isZero();
        case MASTER_COPY -> assertThat(moved).isEqualTo(0x1p-8);
        // Mean of 4,096 independent walks: standard error 2⁻⁹·√2/64, a fortieth; five of them.
        case STOCHASTIC -> assertThat(moved).isBetween(0x1p-8 * 0.88, 0x1p-8 * 1.12);
      }
    }
  }

  @Test
  void everyWayOfRoundingContinuesBitForBit() {
    for (HalfPrecision half : HalfPrecision.values()) {
      List<Parameter> straight = parameters();
      List<Parameter> resumed = parameters();
      try (Optimizer a = optimizer(rule("adam_w"), straight, Optimizer.Path.TOGETHER, half);
          Optimizer b = optimizer(rule("adam_w"), resumed, Optimizer.Path.TOGETHER, half)) {
        for (int step = 0; step < 6; step++) {
          give(straight, step);
          a.step();
          if (step == 2) {
            for (int i = 0; i < resumed.size(); i++) {
              resumed.get(i).tensor().detach().copy_(straight.get(i).tensor().detach());
            }
            b.load(a.state());
          } else if (step > 2) {
            give(resumed, step);
            b.step();
          }
        }
        assertThat(difference(straight, resumed)).as("%s", half).isZero();
      }
    }
  }
}
