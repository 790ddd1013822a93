package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.junit.jupiter.api.Test;

/** The data are Student's (1908) hours of sleep gained, R's {@code sleep}. */
class TwoSampleTest {
  private static final double[] FIRST = {.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2.0};
  private static final double[] SECOND = {1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4};

  @Test
  void welchAgreesWithR() {
    // R: t.test(extra ~ group, data = sleep)
    Welch w = Welch.of(FIRST, SECOND, .95);
    assertThat(w.t()).isCloseTo(-1.8608, within(5e-5));
    assertThat(w.degrees()).isCloseTo(17.776, within(5e-4));
    assertThat(w.p()).isCloseTo(.07939, within(5e-6));
    assertThat(w.interval().low()).isCloseTo(-3.3654832, within(5e-8));
    assertThat(w.interval().high()).isCloseTo(.2054832, within(5e-8));
  }

  @Test
  void pairedAgreesWithR() {
    // R: t.test(sleep$extra[1:10], sleep$extra[11:20], paired = TRUE)
    PairedT t = PairedT.of(FIRST, SECOND, .95);
    assertThat(t.t()).isCloseTo(-4.0621, within(5e-5));
    assertThat(t.p()).isCloseTo(.002833, within(5e-7));
    assertThat(t.difference()).isCloseTo(-1.58, within(1e-12));
    assertThat(t.interval().low()).isCloseTo(-2.4598858, within(5e-8));
    assertThat(t.interval().high()).isCloseTo(-.7001142, within(5e-8));
  }

  @Test
  void noSpreadIsNoDivisionByZero() {
    PairedT same = PairedT.of(new double[] {1, 2, 3}, new double[] {1, 2, 3}, .95);
    assertThat(same.p()).isEqualTo(1);
    assertThat(Welch.of(new double[] {1, 1}, new double[] {1, 1}, .95).p()).isEqualTo(1);
    assertThat(Welch.of(new double[] {2, 2}, new double[] {1, 1}, .95).p()).isEqualTo(0);
  }

  @Test
  void pairsNeedOneLength() {
    assertThatThrownBy(() -> PairedT.of(new double[3], new double[2], .95))
        .hasMessage("pairs need samples of one length; these have 3 and 2");
  }

  @Test
  void swappingTheArmsNegatesTheDifferenceAndKeepsP() {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 100; i++) {
      double[] a = Fair.normals(random, 3 + i % 5, 0, 1);
      double[] b = Fair.normals(random, 3 + i % 5, .4, 2);
      Welch ab = Welch.of(a, b, .95);
      Welch ba = Welch.of(b, a, .95);
      assertThat(ba.difference()).isEqualTo(-ab.difference());
      assertThat(ba.p()).isEqualTo(ab.p());
      assertThat(PairedT.of(b, a, .95).p()).isEqualTo(PairedT.of(a, b, .95).p());
      // interval and test agree: zero lies outside exactly where p < .05
      PairedT t = PairedT.of(a, b, .95);
      assertThat(t.interval().contains(0)).isEqualTo(t.p() >= .05);
    }
  }

  @Test
  void mannWhitneyAgreesWithCommonsStatistics() {
    SplittableRandom random = new SplittableRandom(12);
    for (int i = 0; i < 60; i++) {
      double[] a = Fair.normals(random, 2 + i % 7, 0, 1);
      double[] b = Fair.normals(random, 2 + i % 4, 1, 1);
      var theirs = MannWhitneyUTest.withDefaults().test(a, b);
      MannWhitney ours = MannWhitney.of(a, b);
      assertThat(ours.method()).isEqualTo(MannWhitney.Method.EXACT);
      assertThat(ours.u()).isEqualTo(theirs.getStatistic());
      assertThat(ours.p()).isCloseTo(theirs.getPValue(), within(1e-12));
    }
  }

  @Test
  void mannWhitneyWithTiesAgreesWithR() {
    // R: wilcox.test(extra ~ group, data = sleep): W = 25.5, p-value = 0.06933
    MannWhitney m = MannWhitney.of(FIRST, SECOND);
    assertThat(m.method()).isEqualTo(MannWhitney.Method.ASYMPTOTIC);
    assertThat(m.u()).isEqualTo(25.5);
    assertThat(m.p()).isCloseTo(.06933, within(5e-6));
    assertThat(MannWhitney.of(new double[] {1, 1}, new double[] {1, 1}).p()).isEqualTo(1);
  }

  @Test
  void probabilityOfImprovementCountsPairs() {
    Improvement i = Improvement.of(new double[] {3, 4, 5}, new double[] {1, 4}, .95, 1);
    assertThat(i.probability()).isEqualTo(4.5 / 6);
    assertThat(i.interval().contains(i.probability())).isTrue();
    Improvement back = Improvement.of(new double[] {1, 4}, new double[] {3, 4, 5}, .95, 1);
    assertThat(back.probability()).isEqualTo(1 - 4.5 / 6);
    assertThat(Improvement.of(new double[] {2, 3}, new double[] {0, 1}, .95, 1).interval())
        .isEqualTo(new Interval(1, 1, .95));
  }
}
