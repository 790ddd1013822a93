package dev.steepest.lab.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.diffusion.Judge;
import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.diffusion.Prior;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective.Judged;
import dev.steepest.lab.train.Objective.Labels;
import dev.steepest.lab.train.Objective.Pass;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Distillation from a linear denoiser, against the same in plain numbers. */
class DistillationTest {
  private static final int SIZE = 4;
  private static final int PIXELS = SIZE * SIZE;
  private static final long STEPS = 100;
  private static final double S = 7.5;
  private static final int SEED = 5;

  private static final Map<String, double[]> WORDS =
      Map.of(
          "", new double[] {.5, 0},
          ", degraded", new double[] {.3, .1},
          "star, clean", new double[] {.8, .2},
          "star, degraded", new double[] {.7, -.2},
          "ring, clean", new double[] {.9, -.1},
          "ring, degraded", new double[] {.2, .3});
  private static final List<String> PROMPTS = List.of("star, clean", "ring, clean", "star, clean");

  private final PointerScope scope = new PointerScope();
  private final LinearPrior prior = new LinearPrior(SIZE, WORDS);
  private final PlainField field = new PlainField(3, SIZE, 1);

  DistillationTest() {
    field.to(new Device("cpu"), ScalarType.Double);
  }

  @AfterEach
  void free() {
    field.close();
    prior.close();
    scope.close();
  }

  private Distillation distillation(DistillationSettings settings) {
    return new Distillation(field, prior, PROMPTS, settings, STEPS, 1, DistillationMeasures.PLAIN);
  }

  private static MiniBatch batch(long... which) {
    Tensor indices = Tensor.create(which, which.length);
    return new MiniBatch(indices, indices);
  }

  /** What a linear denoiser says of a pixel, told a prompt. */
  private static double says(String prompt, double xt) {
    double[] ab = WORDS.get(prompt);
    return ab[0] * xt + ab[1];
  }

  private static double guided(String prompt, double xt) {
    return says("", xt) + S * (says(prompt, xt) - says("", xt));
  }

  /** A formula without w, of one pixel: its x_t, ε, t, and the image's prompt. */
  private record Pixel(double xt, double noise, long t, String prompt) {
    double sds() {
      return guided(prompt, xt) - noise;
    }

    double nfsd() {
      double delta = t < 200 ? says("", xt) : says("", xt) - says(", degraded", xt);
      return S * (says(prompt, xt) - says("", xt)) + delta;
    }

    double vsd() {
      return guided(prompt, xt) - says(prompt, xt); // φ is the prior still
    }

    double bridge() {
      return S * (says(prompt, xt) - says(prompt.replace("clean", "degraded"), xt));
    }
  }

  @ParameterizedTest
  @CsvSource({"SDS, 0", "NFSD, 0", "NFSD, 60", "VSD, 0", "BRIDGE, 49", "BRIDGE, 50", "BRIDGE, 99"})
  void theGradientIsThatOfTheFormula(Mode mode, long step) {
    ToDoubleBiFunction<Pixel, Mode> formula =
        (pixel, of) ->
            switch (of) {
              case SDS -> pixel.sds();
              case NFSD -> pixel.nfsd();
              case VSD -> pixel.vsd();
              case BRIDGE -> step < 50 ? pixel.sds() : pixel.bridge();
            };
    long[] which = {2, 0, 1}; // in another order than the field's
    double[] pixels = values(field.pixels());
    torch.manual_seed(SEED);
    double[] t = values(TimeRange.USUAL.draw(3, 1000, 0));
    double[] noise = values(torch.randn(3, 1, SIZE, SIZE));
    double[] expected = new double[3 * PIXELS];
    for (int i = 0; i < expected.length; i++) {
      int image = (int) which[i / PIXELS];
      int at = image * PIXELS + i % PIXELS;
      long moment = (long) t[i / PIXELS];
      double alphaBar = LinearPrior.SCHEDULE.alphaBar((int) moment);
      double x = PlainField.SLOPE * pixels[at];
      double xt = Math.sqrt(alphaBar) * x + Math.sqrt(1 - alphaBar) * noise[i];
      var pixel = new Pixel(xt, noise[i], moment, PROMPTS.get(image));
      expected[at] = PlainField.SLOPE * (1 - alphaBar) * formula.applyAsDouble(pixel, mode);
    }

    try (Distillation distillation = distillation(DistillationSettings.of(mode))) {
      torch.manual_seed(SEED);
      Pass pass = distillation.pass(batch(which), Labels.GIVEN, (double) step / STEPS);
      assertThat(distillation.weight(batch(which), Labels.GIVEN, 3)).isEqualTo(1);
      pass.loss().backward();
      assertThat(values(field.pixels().grad())).containsExactly(expected, within(1e-10));
    }
  }

  @Test
  void theMeanIsTheResidualOfThePrompt() {
    torch.manual_seed(SEED);
    double[] t = values(TimeRange.USUAL.draw(1, 1000, 0));
    double[] noise = values(torch.randn(1, 1, SIZE, SIZE));
    double[] pixels = values(field.pixels());
    double alphaBar = LinearPrior.SCHEDULE.alphaBar((int) t[0]);
    double sum = 0;
    for (int i = 0; i < PIXELS; i++) {
      double x = PlainField.SLOPE * pixels[i];
      double xt = Math.sqrt(alphaBar) * x + Math.sqrt(1 - alphaBar) * noise[i];
      sum += Math.pow(says("star, clean", xt) - noise[i], 2);
    }
    try (Distillation distillation = distillation(DistillationSettings.of(Mode.SDS))) {
      torch.manual_seed(SEED);
      Pass pass = distillation.pass(batch(0), Labels.GIVEN, 0);
      assertThat(pass.mean().item_double()).isCloseTo(sum / PIXELS, within(1e-10));
      assertThat(pass.mean().requires_grad()).isFalse();
    }
  }

  /** VSD's φ is asked once for its answer and once to learn, the prior once for all. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void thePriorIsAskedOnceAndWithoutAGraph(Mode mode) {
    try (Distillation distillation = distillation(DistillationSettings.of(mode))) {
      distillation.pass(batch(0, 1), Labels.GIVEN, .1);
      assertThat(prior.understood).as("prompts are understood before the first step").isTrue();
      switch (mode) {
        case SDS, BRIDGE -> assertThat(prior.batches).containsExactly(4L);
        case NFSD -> assertThat(prior.batches).containsExactly(6L);
        case VSD -> assertThat(prior.batches).containsExactly(4L, 2L, 2L);
      }
      assertThat(prior.graphs.subList(0, Math.min(2, prior.graphs.size()))).doesNotContain(true);
    }
  }

  @Test
  void theOwnModelLearnsOncePerStep() {
    try (Distillation distillation = distillation(DistillationSettings.of(Mode.VSD))) {
      Tensor steps = distillation.state().get("phi/step");
      distillation.pass(batch(0, 1, 2), Labels.GIVEN, 0);
      assertThat(steps.item_double()).isEqualTo(1);
      distillation.pass(batch(0, 1, 2), Labels.DRAWN, 0);
      field.repeat(); // SAM's second point
      distillation.pass(batch(0, 1, 2), Labels.GIVEN, 0);
      assertThat(steps.item_double()).isEqualTo(1);
      field.train();
      distillation.pass(batch(0, 1, 2), Labels.GIVEN, .01);
      assertThat(steps.item_double()).isEqualTo(2);
    }
  }

  @Test
  void aNegativePromptStandsForNothing() {
    DistillationSettings usual = DistillationSettings.of(Mode.SDS);
    DistillationSettings away =
        new DistillationSettings(
            Mode.SDS,
            0, // then ε_neg alone is left
            Weighting.UNIFORM,
            usual.times(),
            Optional.of(new PromptPattern("{subject}, degraded")),
            usual.source(),
            usual.target(),
            usual.stageTwo(),
            usual.variational());
    torch.manual_seed(SEED);
    double[] t = values(TimeRange.USUAL.draw(1, 1000, 0));
    double noise = values(torch.randn(1, 1, SIZE, SIZE))[0];
    double alphaBar = LinearPrior.SCHEDULE.alphaBar((int) t[0]);
    double x = PlainField.SLOPE * values(field.pixels())[PIXELS];
    double xt = Math.sqrt(alphaBar) * x + Math.sqrt(1 - alphaBar) * noise;
    try (Distillation distillation = distillation(away)) {
      torch.manual_seed(SEED);
      distillation.pass(batch(1), Labels.GIVEN, 0).loss().backward();
      assertThat(values(field.pixels().grad())[PIXELS])
          .isCloseTo(PlainField.SLOPE * (says("ring, degraded", xt) - noise), within(1e-10));
    }
  }

  @Test
  void aLookIsTheSameEveryTime() {
    var judge = new Judge(x -> x.flatten(1, -1), List.of(0, 1, 2));
    var measures = new DistillationMeasures(Optional.of(judge), Optional.empty());
    try (var distillation =
        new Distillation(
            field, prior, PROMPTS, DistillationSettings.of(Mode.SDS), STEPS, 1, measures)) {
      torch.manual_seed(1);
      Judged once = distillation.judge(batch(0, 1, 2), TestTimeAugmentation.NONE);
      torch.manual_seed(2);
      assertThat(distillation.judge(batch(0, 1, 2), TestTimeAugmentation.NONE)).isEqualTo(once);
      assertThat(once.items()).isEqualTo(3);
      assertThat(once.others())
          .containsOnlyKeys("clipped", "confidence", "diversity", "residual", "rms");
      // in another order the sums are the same: noise and classes belong to images
      Judged turned = distillation.judge(batch(2, 0, 1), TestTimeAugmentation.NONE);
      assertThat(turned.losses()).isCloseTo(once.losses(), within(1e-10));
      assertThat(turned.others().get("confidence"))
          .isCloseTo(once.others().get("confidence"), within(1e-10));
    }
  }

  @Test
  void aLookShowsWhetherTheOwnModelLearns() {
    try (Distillation distillation = distillation(DistillationSettings.of(Mode.VSD))) {
      Judged first = distillation.judge(batch(0, 1, 2), TestTimeAugmentation.NONE);
      assertThat(first.others().get("own_residual"))
          .as("φ begins as the prior")
          .isEqualTo(first.others().get("residual"));
      for (int step = 0; step < 200; step++) { // the images stand still
        distillation.pass(batch(0, 1, 2), Labels.GIVEN, 0);
      }
      Judged last = distillation.judge(batch(0, 1, 2), TestTimeAugmentation.NONE);
      assertThat(last.others().get("residual")).isEqualTo(first.others().get("residual"));
      assertThat(last.others().get("own_residual")).isLessThan(first.others().get("own_residual"));
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    DistillationSettings sds = DistillationSettings.of(Mode.SDS);
    DistillationMeasures plain = DistillationMeasures.PLAIN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Distillation(field, prior, List.of(""), sds, STEPS, 1, plain))
        .withMessageContaining("1 prompts for 3 images");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Distillation(field, prior, List.of("sun", "", "sea"), sds, STEPS, 1, plain))
        .withMessageContaining("'sun'")
        .withMessageContaining("'sea'");
    var two = new Judge(x -> x, List.of(1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Distillation(
                field,
                prior,
                PROMPTS,
                sds,
                STEPS,
                1,
                new DistillationMeasures(Optional.of(two), Optional.empty())))
        .withMessageContaining("2 classes for 3 images");
    try (var other = new LinearPrior(8, WORDS)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Distillation(field, other, PROMPTS, sds, STEPS, 1, plain))
          .withMessageContaining("1×4×4")
          .withMessageContaining("1×8×8");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Distillation(
                field,
                new Untunable(prior),
                PROMPTS,
                DistillationSettings.of(Mode.VSD),
                STEPS,
                1,
                plain))
        .withMessageContaining("take sds, nfsd or bridge");
  }

  /** A prior beside which nothing can learn. */
  private record Untunable(LinearPrior inner) implements Prior {
    @Override
    public NoiseSchedule schedule() {
      return inner.schedule();
    }

    @Override
    public long[] shape() {
      return inner.shape();
    }

    @Override
    public Tensor condition(String prompt) {
      return inner.condition(prompt);
    }

    @Override
    public Tensor noise(Tensor x, Tensor t, Tensor conditions) {
      return inner.noise(x, t, conditions);
    }

    @Override
    public Tensor decode(Tensor x) {
      return x;
    }

    @Override
    public Tensor encode(Tensor images) {
      return images;
    }

    @Override
    public void close() {}
  }

  private static double[] values(Tensor tensor) {
    Tensor wide = tensor.detach().to(ScalarType.Double).contiguous().view(-1);
    double[] values = new double[(int) wide.numel()];
    wide.data_ptr_double().get(values);
    return values;
  }
}
