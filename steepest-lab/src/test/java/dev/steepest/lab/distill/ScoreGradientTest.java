package dev.steepest.lab.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two by two pixels by hand. With ᾱ = .64: x_t = .8x + .6ε for x = (.5, −.5, 1, 0) and ε = (1, −1,
 * 0, 2) is (1, −1, .8, 1.2); w = .36. The denoiser is a·x_t + b.
 */
class ScoreGradientTest {
  private final PointerScope scope = new PointerScope();
  private final Tensor noise = pixels(1, -1, 0, 2);
  private final Map<Question, Tensor> predicted = predicted(pixels(1, -1, .8, 1.2));

  @AfterEach
  void free() {
    scope.close();
  }

  private static Tensor pixels(double... values) {
    return Tensor.create(values, 1, 1, 2, 2);
  }

  private static Map<Question, Tensor> predicted(Tensor xt) {
    var answers = new EnumMap<Question, Tensor>(Question.class);
    answers.put(Question.NOTHING, linear(xt, .5, 0)); // .5, −.5, .4, .6
    answers.put(Question.PROMPT, linear(xt, 1, .1)); // 1.1, −.9, .9, 1.3
    answers.put(Question.NEGATIVE, linear(xt, .25, 0)); // .25, −.25, .2, .3
    answers.put(Question.SOURCE, linear(xt, .2, .2)); // .4, 0, .36, .44
    answers.put(Question.TARGET, linear(xt, .6, -.1)); // .5, −.7, .38, .62
    answers.put(Question.OWN, linear(xt, .9, 0)); // .9, −.9, .72, 1.08
    return answers;
  }

  private static Tensor linear(Tensor xt, double a, double b) {
    return xt.mul(new Scalar(a)).add(new Scalar(b));
  }

  private Answers at(long step, long t) {
    Tensor weight = Tensor.create(new double[] {.36}, 1, 1, 1, 1);
    return new Answers(step, Tensor.create(new long[] {t}, 1), noise, weight, predicted);
  }

  private void expect(ScoreGradient gradient, Answers at, double... values) {
    Tensor found = gradient.of(at);
    assertThat(found.dim()).isEqualTo(4);
    for (int i = 0; i < values.length; i++) {
      assertThat(found.view(-1).select(0, i).item_double()).isCloseTo(values[i], within(1e-12));
    }
  }

  @Test
  void sds() {
    var sds = new Sds(2, Question.NOTHING);
    // ε_∅ + 2(ε_y − ε_∅) = (1.7, −1.3, 1.4, 2); less ε: (.7, −.3, 1.4, 0); times .36
    expect(sds, at(0, 500), .252, -.108, .504, 0);
    // away from the negative: 2ε_y − ε_neg − ε = (.95, −.55, 1.6, .3)
    expect(new Sds(2, Question.NEGATIVE), at(0, 500), .342, -.198, .576, .108);
    // where ε_y = ε_∅, guidance says nothing: w(ε_∅ − ε) = .36·(−.5, .5, .4, −1.4)
    predicted.put(Question.PROMPT, predicted.get(Question.NOTHING));
    expect(sds, at(0, 500), -.18, .18, .144, -.504);
    expect(new Sds(100, Question.NOTHING), at(0, 500), -.18, .18, .144, -.504);
  }

  @Test
  void oneQuestionIsEnoughWithoutGuidance() {
    var sds = new Sds(1, Question.NOTHING);
    assertThat(sds.questions(0)).containsExactly(Question.PROMPT);
    predicted.keySet().removeIf(q -> q != Question.PROMPT);
    expect(sds, at(0, 500), .036, .036, .324, -.252); // .36·(.1, .1, .9, −.7)
  }

  @Test
  void nfsd() {
    var nfsd = new Nfsd(2, 1000);
    // 2(ε_y − ε_∅) = (1.2, −.8, 1, 1.4); below t = 200 plus ε_∅: (1.7, −1.3, 1.4, 2)
    expect(nfsd, at(0, 199), .612, -.468, .504, .72);
    // from 200 on plus ε_∅ − ε_neg = (.25, −.25, .2, .3): (1.45, −1.05, 1.2, 1.7)
    expect(nfsd, at(0, 200), .522, -.378, .432, .612);
    assertThat(nfsd.questions(0))
        .containsExactly(Question.PROMPT, Question.NOTHING, Question.NEGATIVE);
  }

  @Test
  void nfsdChangesByImage() {
    Tensor two = Tensor.create(new long[] {10, 900}, 2);
    var both = new EnumMap<Question, Tensor>(Question.class);
    predicted.forEach((question, one) -> both.put(question, one.expand(2, 1, 2, 2)));
    Tensor weight = Tensor.create(new double[] {.36, .36}, 2, 1, 1, 1);
    Tensor found =
        new Nfsd(2, 1000).of(new Answers(0, two, noise.expand(2, 1, 2, 2), weight, both));
    assertThat(found.view(2, 4).select(0, 0).select(0, 3).item_double())
        .isCloseTo(.72, within(1e-12));
    assertThat(found.view(2, 4).select(0, 1).select(0, 3).item_double())
        .isCloseTo(.612, within(1e-12));
  }

  @Test
  void vsd() {
    var vsd = new Vsd(2, Question.NOTHING);
    // (1.7, −1.3, 1.4, 2) less ε_φ: (.8, −.4, .68, .92)
    expect(vsd, at(0, 500), .288, -.144, .2448, .3312);
    // an own model that says what guidance says leaves nothing to do
    predicted.put(Question.OWN, predicted.get(Question.PROMPT));
    expect(new Vsd(1, Question.NOTHING), at(0, 500), 0, 0, 0, 0);
  }

  @Test
  void bridge() {
    var bridge = new Bridge(new Sds(2, Question.NOTHING), 150);
    expect(bridge, at(149, 500), .252, -.108, .504, 0); // as sds
    // 2·.36·(ε_{y+tgt} − ε_{y+src}) = .72·(.1, −.7, .02, .18)
    expect(bridge, at(150, 500), .072, -.504, .0144, .1296);
    assertThat(bridge.questions(149)).containsExactly(Question.PROMPT, Question.NOTHING);
    assertThat(bridge.questions(150)).containsExactly(Question.TARGET, Question.SOURCE);
  }

  @Test
  void bridgeHasASecondStage() {
    DistillationSettings usual = DistillationSettings.of(Mode.BRIDGE);
    assertThat(ScoreGradient.of(usual, 300, 1000))
        .isEqualTo(new Bridge(new Sds(7.5, Question.NOTHING), 150));
    assertThat(begin(usual, 0).stageTwoOf(500)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScoreGradient.of(begin(usual, 500), 500, 1000)) // as published
        .withMessageContaining("stage_two = 500")
        .withMessageContaining("a run of 500 steps")
        .withMessageContaining("before 500");
  }

  private static DistillationSettings begin(DistillationSettings settings, long stageTwo) {
    return new DistillationSettings(
        settings.mode(),
        settings.guidance(),
        settings.weighting(),
        settings.times(),
        Optional.empty(),
        settings.source(),
        settings.target(),
        OptionalLong.of(stageTwo),
        settings.variational());
  }

  @Test
  void weights() {
    assertThat(List.of(Weighting.NOISE.of(.64), Weighting.IMAGE.of(.64), Weighting.UNIFORM.of(.64)))
        .satisfiesExactly(
            w -> assertThat(w).isCloseTo(.36, within(1e-15)),
            w -> assertThat(w).isCloseTo(.8 * .36, within(1e-15)),
            w -> assertThat(w).isEqualTo(1));
  }
}
