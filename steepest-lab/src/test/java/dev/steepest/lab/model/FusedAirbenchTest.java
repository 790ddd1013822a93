package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.kernel.FusedBody;
import dev.steepest.lab.model.Airbench94.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fused kernels against libtorch's own operations in bfloat16 and against float64: both must be
 * about as far from the truth. Rounding differs, so that single values cannot be compared.
 */
class FusedAirbenchTest {
  /**
   * How much further from float64 than libtorch's bfloat16 the kernels may be. Measured: up to 2.7
   * times for single vectors of these small batches, where an error vector is one draw of the
   * rounding of few values and of which of two nearly equal pixels a pool takes.
   */
  private static final double SLACK = 4;

  /** Of a vector's length: half a unit of bfloat16, below which an error shows no mistake. */
  private static final double ROUNDING = 0x1.0p-9;

  private int threads;

  @BeforeEach
  void remember() {
    threads = torch.get_num_threads();
    assertThat(FusedBody.available()).as("tests are started with the vector module").isTrue();
  }

  @AfterEach
  void restore() {
    torch.set_num_threads(threads);
  }

  static Stream<Arguments> bodies() {
    List<Arguments> bodies = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      bodies.add(Arguments.of(activation, List.of(4, 8, 8), 32, 5, 1, false));
    }
    // Channels that fill no register, images that no number of threads divides, odd maps.
    bodies.add(Arguments.of(Activation.GELU, List.of(24, 40, 17), 25, 7, 2, false));
    bodies.add(Arguments.of(Activation.GELU, List.of(24, 40, 17), 48, 3, 2, true));
    bodies.add(Arguments.of(Activation.SILU, List.of(64, 32, 16), 32, 1, 2, true));
    // More than one piece of the first convolution's output: 8 MB are 66 images at 64 channels.
    bodies.add(Arguments.of(Activation.GELU, List.of(64, 16, 16), 32, 150, 1, false));
    return bodies.stream();
  }

  private record Setup(Activation activation, List<Integer> widths, int size) {
    Airbench94 network(Kernels kernels) {
      return new Airbench94(
          new Airbench94.Config(
              new Images(3, size, 10),
              activation,
              Pooling.MAX,
              kernels,
              widths,
              1.0 / 9,
              Airbench94.HeadInit.DEFAULT,
              Airbench94.WhiteningBias.UNIFORM,
              0.4,
              0),
          3);
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void aboutAsFarFromTheTruthAsLibtorch(
      Activation activation,
      List<Integer> widths,
      int size,
      int batch,
      int threadCount,
      boolean frozen) {
    torch.set_num_threads(threadCount);
    Setup setup = new Setup(activation, widths, size);
    try (PointerScope _ = new PointerScope();
        Airbench94 fused = setup.network(Kernels.FUSED);
        Airbench94 plain = setup.network(Kernels.PLAIN);
        Airbench94 exact = setup.network(Kernels.PLAIN)) {
      exact.to(new Device("cpu"), ScalarType.Double);
      Tensor x = images(batch, size);
      Map<String, double[]> byKernels = pass(fused, x, true, frozen);
      Map<String, double[]> byLibtorch = pass(plain, x, true, frozen);
      Map<String, double[]> truth = pass(exact, x.to(ScalarType.Double), false, frozen);
      assertThat(byKernels.keySet()).isEqualTo(truth.keySet());
      truth.forEach((name, expected) -> {
        double length = length(expected, new double[expected.length]);
        double error = length(byKernels.get(name), expected);
        double usual = length(byLibtorch.get(name), expected);
        assertThat(error)
            .as("%s: libtorch is %s from float64, whose length is %s", name, usual, length)
            .isLessThanOrEqualTo(SLACK * usual + ROUNDING * length);
      });
      assertThat(byKernels.get("logits"))
          .as("or the kernels would not have been used")
          .isNotEqualTo(byLibtorch.get("logits"));
    }
  }

  /** Logits, all gradients and running statistics of one training pass; evaluation after it. */
  private static Map<String, double[]> pass(
      Airbench94 network, Tensor x, boolean bf16, boolean frozen) {
    Map<String, double[]> seen = new LinkedHashMap<>();
    if (frozen) {
      network.parameters().stream()
          .filter(p -> p.name().equals("whiten.bias"))
          .forEach(p -> p.tensor().requires_grad_(false));
    }
    train(network, x, bf16, seen);
    network
        .parameters()
        .forEach(p -> {
          if (p.tensor().grad().defined()) {
            seen.put("gradient of " + p.name(), values(p.tensor().grad()));
          }
        });
    network.buffers().forEach((name, buffer) -> seen.put(name, values(buffer)));
    network.eval();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      seen.put("evaluated", values(forward(network, x, bf16)));
    }
    network.train();
    return seen;
  }

  private static void train(
      Airbench94 network, Tensor x, boolean bf16, Map<String, double[]> seen) {
    Tensor logits = forward(network, x, bf16);
    seen.put("logits", values(logits));
    Tensor target =
        torch.arange(new Scalar(logits.numel())).sin().view(logits.sizes()).to(ScalarType.Double);
    network.backward(logits.to(ScalarType.Double).mul(target).sum());
  }

  private static Tensor forward(Airbench94 network, Tensor x, boolean bf16) {
    torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
    torch.set_autocast_enabled(DeviceType.CPU, bf16);
    try {
      return network.forward(x);
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
    }
  }

  private static Tensor images(int batch, int size) {
    var generator = new GeneratorOptional(torch.make_generator_cpu(5));
    return torch
        .randn(new long[] {batch, 3, size, size}, generator)
        .contiguous(MemoryFormat.ChannelsLast);
  }

  /** Twice the same pass, with the statistics kept in the second. */
  @Test
  void gradientsAddUpAndARepeatedPassKeepsTheStatistics() {
    torch.set_num_threads(2);
    Setup setup = new Setup(Activation.GELU, List.of(8, 16, 16), 32);
    try (PointerScope _ = new PointerScope();
        Airbench94 network = setup.network(Kernels.FUSED)) {
      Tensor x = images(6, 32);
      train(network, x, true, new LinkedHashMap<>());
      Map<String, double[]> once = new LinkedHashMap<>();
      network.parameters().forEach(p -> once.put(p.name(), values(p.tensor().grad())));
      Map<String, double[]> statistics = new LinkedHashMap<>();
      network.buffers().forEach((name, buffer) -> statistics.put(name, values(buffer)));
      network.repeat();
      train(network, x, true, new LinkedHashMap<>());
      network
          .parameters()
          .forEach(p -> {
            double[] twice = values(p.tensor().grad());
            double[] expected = once.get(p.name());
            for (int i = 0; i < twice.length; i++) {
              assertThat(twice[i]).as(p.name()).isEqualTo(2 * expected[i]); // exact in binary
            }
          });
      network
          .buffers()
          .forEach((name, buffer) ->
              assertThat(values(buffer)).as(name).isEqualTo(statistics.get(name)));
    }
  }

  @Test
  void aNaNIsNotHidden() {
    Setup setup = new Setup(Activation.HARDSWISH, List.of(4, 8, 8), 32);
    try (PointerScope _ = new PointerScope();
        Airbench94 network = setup.network(Kernels.FUSED)) {
      Tensor x = images(3, 32);
      x.select(0, 1).select(0, 0).select(0, 7).select(0, 9).fill_(new Scalar(Double.NaN));
      // Batch statistics carry it to every image.
      assertThat(values(forward(network, x, true))).containsOnly(Double.NaN);
    }
  }

  /** A training pass that nobody goes back from is forgotten by the next one, of whatever kind. */
  @Test
  void aForgottenPassDisturbsNothing() {
    Setup setup = new Setup(Activation.GELU, List.of(4, 8, 8), 32);
    try (PointerScope _ = new PointerScope();
        Airbench94 network = setup.network(Kernels.FUSED)) {
      Tensor x = images(3, 32);
      forward(network, x, true);
      Tensor logits = network.forward(x); // fp32: libtorch's operations
      network.backward(logits.sum());
      network
          .parameters()
          .forEach(p -> assertThat(p.tensor().grad().defined()).as(p.name()).isTrue());
    }
  }

  /** Native memory, as JavaCPP counts it, and the process's, after 300 steps as after 100. */
  @Test
  void stepsLeaveNothingBehind() {
    Setup setup = new Setup(Activation.GELU, List.of(4, 8, 8), 32);
    try (PointerScope _ = new PointerScope();
        Airbench94 network = setup.network(Kernels.FUSED)) {
      Tensor x = images(8, 32);
      long[] counts = new long[2];
      for (int i = 0; i < 400; i++) {
        try (PointerScope _ = new PointerScope()) {
          train(network, x, true, new LinkedHashMap<>());
          network.parameters().forEach(p -> p.tensor().mutable_grad().reset());
        }
        if (i == 99 || i == 399) {
          System.gc();
          counts[i / 300] = Pointer.totalCount();
        }
      }
      assertThat(counts[1] - counts[0]).as("native objects of 300 more steps").isLessThan(50);
    }
  }

  private static double length(double[] values, double[] from) {
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      squares += (values[i] - from[i]) * (values[i] - from[i]);
    }
    return Math.sqrt(squares);
  }

  private static double[] values(Tensor tensor) {
    try (Tensor wide = tensor.detach().to(ScalarType.Double).contiguous().view(-1)) {
      double[] values = new double[(int) wide.numel()];
      wide.data_ptr_double().get(values);
      return values;
    }
  }
}
