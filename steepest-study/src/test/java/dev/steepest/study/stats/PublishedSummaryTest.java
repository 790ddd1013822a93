package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/**
 * From n, mean and standard deviation alone, the intervals and tests that a publication printed:
 * 200 runs each of three CIFAR-10 recipes (M. and S. Hedlund, December 2025, {@code
 * benchmark_summary_20251209_025537.json}).
 *
 * <p>Their printed standard deviation is numpy's, with n below; their intervals and tests, scipy's,
 * use n − 1. With their number taken for one of n − 1 the interval would be .25 % too narrow and t
 * 18.118 instead of 18.072. Their t is baseline less arm, their difference arm less baseline.
 */
class PublishedSummaryTest {
  private static final Moments BASELINE = published(.9400869753956794, .0013240195072873936);
  private static final Moments HARDSWISH = published(.9376274746656418, .0013902120008887533);
  private static final Moments LION = published(.9265544754266739, .0017855741122905081);
  private static final Moments BASELINE_TIME = published(4.05154372845769, .024025201477524755);
  private static final Moments HARDSWISH_TIME = published(4.016455469662548, .015784043488290076);
  private static final Moments LION_TIME = published(4.124030287100673, .013195948479531658);

  @Test
  void intervalsOfTheMeanAreThePrintedOnes() {
    interval(BASELINE, .9399018929686833, .9402720578226755);
    interval(HARDSWISH, .9374331393029471, .9378218100283364);
    interval(LION, .9263048730692577, .9268040777840901);
    interval(BASELINE_TIME, 4.048185286551015, 4.0549021703643655);
    interval(HARDSWISH_TIME, 4.014249045164612, 4.018661894160483);
    interval(LION_TIME, 4.1221856479864725, 4.125874926214874);
  }

  @Test
  void welchTestsAreThePrintedOnes() {
    welch(BASELINE, HARDSWISH, 18.072261306043732, 1.0483739180428457e-53);
    welch(BASELINE, LION, 85.87838116425849, 4.214328401261449e-245);
    welch(BASELINE_TIME, HARDSWISH_TIME, 17.21897530244502, 2.3626162980404495e-48);
    welch(BASELINE_TIME, LION_TIME, -37.304806612968896, 1.8124889740822758e-116);
    assertThat(Welch.of(HARDSWISH, BASELINE, .95).difference())
        .isCloseTo(-.002459500730037645, within(1e-15));
  }

  @Test
  void speedUpsAreThePrintedOnes() {
    assertThat(speedUp(HARDSWISH_TIME)).isCloseTo(.8660466515191675, within(1e-12));
    assertThat(speedUp(LION_TIME)).isCloseTo(-1.789109620953706, within(1e-12));
  }

  @Test
  void aStandardDeviationWithNBelowTakenForOneWithNLessOneMissesThePrint() {
    Moments taken = Moments.ofSd(200, .9400869753956794, .0013240195072873936);
    assertThat(taken.interval(.95).halfWidth() / BASELINE.interval(.95).halfWidth())
        .isCloseTo(Math.sqrt(199 / 200.0), within(1e-9));
    assertThat(taken.interval(.95).low()).isNotCloseTo(.9399018929686833, within(1e-7));
  }

  private static double speedUp(Moments arm) {
    return 100 * (1 - RatioOfMeans.of(arm, BASELINE_TIME, .95).orElseThrow().ratio());
  }

  private static Moments published(double mean, double sd) {
    return Moments.ofPopulationSd(200, mean, sd);
  }

  /** All sixteen digits but the last one or two. */
  private static void interval(Moments sample, double low, double high) {
    assertThat(sample.interval(.95).low()).isCloseTo(low, within(1e-14));
    assertThat(sample.interval(.95).high()).isCloseTo(high, within(1e-14));
  }

  /** A tail of 1e−245 magnifies the last digit of t by some t·√n: eleven digits of p remain. */
  private static void welch(Moments first, Moments second, double t, double p) {
    Welch w = Welch.of(first, second, .95);
    assertThat(w.t()).isCloseTo(t, within(1e-12));
    assertThat(w.p()).isCloseTo(p, Percentage.withPercentage(1e-8));
  }
}
