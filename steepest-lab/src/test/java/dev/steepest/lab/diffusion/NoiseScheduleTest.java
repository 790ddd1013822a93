package dev.steepest.lab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.GoldenModel;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class NoiseScheduleTest {
  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000, 1e-4, .02);
  private static final NoiseSchedule STABLE = NoiseSchedule.scaledLinear(1000, .00085, .012);

  private static JsonNode golden() {
    Assumptions.assumeTrue(
        Files.exists(GoldenModel.FOLDER.resolve("diffusion_coefficients.json")),
        "no golden data in " + GoldenModel.FOLDER);
    return GoldenModel.read("diffusion_coefficients").json();
  }

  /** Against the same formulas in float64: 1e-9, as differences from 1 lose digits. */
  private static void compare(JsonNode table, IntToDoubleFunction ours, String name) {
    int n = table.get("n").asInt();
    for (int i = 0; i < 3; i++) {
      assertThat(ours.applyAsDouble(i))
          .as("%s[%d]", name, i)
          .isCloseTo(table.get("first3").get(i).asDouble(), within(1e-12));
      assertThat(ours.applyAsDouble(n - 3 + i))
          .as("%s[%d]", name, n - 3 + i)
          .isCloseTo(table.get("last3").get(i).asDouble(), within(1e-12));
    }
    double sum = table.get("sum").asDouble();
    assertThat(IntStream.range(0, n).mapToDouble(ours).sum())
        .as(name)
        .isCloseTo(sum, within(1e-11 * sum));
    assertThat(ours.applyAsDouble(n / 2))
        .as(name)
        .isCloseTo(table.get("mid").asDouble(), within(1e-12));
  }

  @Test
  void countedTablesAreTheOriginals() {
    for (int steps : new int[] {400, 500}) {
      JsonNode tables =
          golden().get("ddpm_mnist").get("tables").get("T=%d_float64".formatted(steps));
      NoiseSchedule s = NoiseSchedule.counted(steps, 1e-4, .02);
      assertThat(s.steps()).isEqualTo(steps + 1);
      compare(tables.get("alpha_t"), s::alpha, "alpha");
      compare(tables.get("oneover_sqrta"), t -> 1 / Math.sqrt(s.alpha(t)), "1/√α");
      compare(tables.get("sqrt_beta_t"), t -> Math.sqrt(s.beta(t)), "√β");
      compare(tables.get("alphabar_t"), s::alphaBar, "ᾱ");
      compare(tables.get("sqrtab"), s::signal, "√ᾱ");
      compare(tables.get("sqrtmab"), s::noise, "√(1−ᾱ)");
      compare(tables.get("mab_over_sqrtmab"), t -> s.beta(t) / s.noise(t), "β/√(1−ᾱ)");
    }
  }

  @Test
  void tablesAreDiffusers() {
    JsonNode schedules = golden().get("ddim").get("schedules");
    Map.of("linear_1000", LINEAR, "scaled_linear_1000", STABLE)
        .forEach((name, s) -> {
          JsonNode tables = schedules.get(name).get("float64");
          assertThat(s.steps()).isEqualTo(1000);
          compare(tables.get("betas"), s::beta, "β");
          compare(tables.get("alphas"), s::alpha, "α");
          compare(tables.get("alphas_cumprod"), s::alphaBar, "ᾱ");
          compare(tables.get("sqrt_alphas_cumprod"), s::signal, "√ᾱ");
          compare(tables.get("sqrt_one_minus_alphas_cumprod"), s::noise, "√(1−ᾱ)");
          compare(tables.get("sds_weight_one_minus_alphas_cumprod"), t -> 1 - s.alphaBar(t), "1−ᾱ");
        });
  }

  @Test
  void stepsOfDdimAreDiffusers() {
    JsonNode schedules = golden().get("ddim").get("schedules");
    Map.of("linear_1000", LINEAR, "scaled_linear_1000", STABLE)
        .forEach((name, s) -> {
          for (int steps : new int[] {50, 500}) {
            JsonNode file = schedules.get(name).get("ddim_%d_steps".formatted(steps));
            Ddim ddim = Ddim.stable(steps);
            int[] times = ddim.timeSteps(s);
            assertThat(IntStream.of(times).sum()).isEqualTo(file.get("sum").asInt());
            for (int i = 0; i < 5; i++) {
              assertThat(times[i]).isEqualTo(file.get("timesteps_first5").get(i).asInt());
              assertThat(times[steps - 5 + i])
                  .isEqualTo(file.get("timesteps_last5").get(i).asInt());
            }
            file.get("steps").forEach(step -> step(ddim, s, step));
          }
        });
  }

  private static void step(Ddim ddim, NoiseSchedule schedule, JsonNode step) {
    int t = step.get("t").asInt();
    JsonNode expected = step.get("float64");
    Ddim noisy = new Ddim(ddim.steps(), 1, ddim.offset(), ddim.end(), ddim.bound());
    assertThat(schedule.alphaBar(t)).isCloseTo(expected.get("alpha_t").asDouble(), within(1e-12));
    assertThat(ddim.next(schedule, t))
        .isCloseTo(expected.get("alpha_prev").asDouble(), within(1e-12));
    assertThat(ddim.variance(schedule, t))
        .isCloseTo(expected.get("variance").asDouble(), within(1e-11));
    assertThat(noisy.direction(schedule, t))
        .isCloseTo(expected.get("dir_coef_eta1").asDouble(), within(1e-10));
    try (PointerScope _ = new PointerScope()) {
      Tensor x = Tensor.create(new double[] {.7}, 1, 1, 1, 1);
      Tensor noise = Tensor.create(new double[] {-.4}, 1, 1, 1, 1);
      double size = expected.get("pred_x0").asDouble();
      assertThat(schedule.image(x, noise, Tensor.create(new long[] {t})).item_double())
          .isCloseTo(size, within(1e-10 * size));
      assertThat(ddim.step(schedule, x, noise, t, torch::zeros_like).item_double())
          .isCloseTo(expected.get("prev_eta0").asDouble(), within(1e-10));
      // With η = 1 and z = 0 only the direction is another.
      double moved = noisy.step(schedule, x, noise, t, torch::zeros_like).item_double();
      assertThat(moved - expected.get("prev_eta0").asDouble())
          .isCloseTo(
              -.4 * (noisy.direction(schedule, t) - ddim.direction(schedule, t)), within(1e-10));
    }
  }

  @Test
  void noiseComesAndGoes() {
    try (PointerScope _ = new PointerScope()) {
      torch.manual_seed(1);
      Tensor x = torch.randn(3, 2, 4, 4).to(ScalarType.Double);
      Tensor noise = torch.randn_like(x);
      Tensor t = Tensor.create(0L, 500L, 999L);
      Tensor noisy = STABLE.addNoise(x, noise, t);
      for (int n = 0; n < 3; n++) {
        int step = (int) t.select(0, n).item_long();
        double expected =
            Math.sqrt(STABLE.alphaBar(step)) * at(x, n)
                + Math.sqrt(1 - STABLE.alphaBar(step)) * at(noise, n);
        assertThat(at(noisy, n)).isCloseTo(expected, within(1e-14));
      }
      assertThat(distance(STABLE.image(noisy, noise, t), x)).isLessThan(1e-12);
      Tensor velocity = STABLE.velocity(x, noise, t);
      assertThat(distance(STABLE.noiseOfVelocity(noisy, velocity, t), noise)).isLessThan(1e-13);
      assertThat(STABLE.signal(t, x.to(ScalarType.Float)).scalar_type().intern())
          .isEqualTo(ScalarType.Float);
    }
  }

  private static double at(Tensor x, int n) {
    return x.select(0, n).select(0, 1).select(0, 2).select(0, 3).item_double();
  }

  private static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  @Test
  void numbersThatAreNoScheduleAreRefused() {
    assertThatThrownBy(() -> NoiseSchedule.linear(1, 1e-4, .02))
        .hasMessageContaining("time steps = 1");
    assertThatThrownBy(() -> NoiseSchedule.linear(10, 0, .02)).hasMessageContaining("0 < first");
    assertThatThrownBy(() -> NoiseSchedule.scaledLinear(10, .02, 1)).hasMessageContaining("< 1");
    assertThatThrownBy(
            () -> new Ddim(1000, 0, 1, Ddim.End.CLEAN, Double.POSITIVE_INFINITY).timeSteps(LINEAR))
        .hasMessageContaining("1000 steps from 1 on do not fit into the 1000");
    assertThatThrownBy(() -> new Ddim(10, 1.5, 1, Ddim.End.CLEAN, Double.POSITIVE_INFINITY))
        .hasMessageContaining("eta = 1.5");
  }
}
