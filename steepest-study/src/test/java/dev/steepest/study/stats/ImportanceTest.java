package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.stats.Importance.Effect;
import dev.steepest.study.stats.Importance.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImportanceTest {
  private static final long SEED = 3;

  /** Var(2x) : Var(x) = 4 : 1, two factors do nothing. */
  private static double additive(double[] x) {
    return 2 * x[0] + x[1];
  }

  @Test
  void sharesOfAnAdditiveFunctionAreThoseOfItsVariances() {
    Importance found = of(sample(4, 150, ImportanceTest::additive, .2, 11));
    assertThat(found.effects()).extracting(Effect::factor).containsExactly("x0", "x1", "x2", "x3");
    assertThat(shares(found)).containsExactly(new double[] {.8, .2, 0, 0}, within(.07));
    assertThat(found.explained()).isGreaterThan(.8);
    assertThat(found.together()).isLessThan(.08);
    // what is lost by exchanging values of a factor is twice its variance, of the whole with noise
    assertThat(found.effects().getFirst().shuffled()).isCloseTo(1.6 / 1.04, within(.3));
  }

  @Test
  void ishigamisFunctionHasItsPublishedIndices() {
    // Ishigami and Homma 1990 with a = 7, b = .1; first-order indices .3139, .4424, 0 and .2437
    // of x1 and x3 together, e.g. Sobol and Levitan 1999
    ToDoubleFunction<double[]> ishigami =
        x -> {
          double[] z = Arrays.stream(x).map(v -> Math.PI * (2 * v - 1)).toArray();
          double first = Math.sin(z[0]);
          return first + 7 * Math.pow(Math.sin(z[1]), 2) + .1 * Math.pow(z[2], 4) * first;
        };
    Importance found = of(sample(3, 300, ishigami, 0, 5));
    assertThat(shares(found)).containsExactly(new double[] {.314, .442, 0}, within(.09));
    assertThat(found.together()).isCloseTo(.244, within(.09));
    // the third does nothing alone, and is not overlooked
    assertThat(found.effects()).allMatch(Effect::shown);
  }

  @Test
  void intervalsHoldTheTruthAndNoiseIsSeldomTakenForAnEffect() {
    int repeats = 20;
    double[] truth = {.8, .2, 0, 0};
    int[] held = new int[4];
    int[] shown = new int[4];
    for (int r = 0; r < repeats; r++) {
      List<Effect> effects = of(sample(4, 30, ImportanceTest::additive, .3, 100 + r)).effects();
      for (int j = 0; j < 4; j++) {
        held[j] += effects.get(j).aloneInterval().contains(truth[j]) ? 1 : 0;
        shown[j] += effects.get(j).shown() ? 1 : 0;
      }
    }
    String counts = Arrays.toString(held) + " " + Arrays.toString(shown);
    // 19 of 20 promised; fewer than 15 of 20 would happen once in 3000 tries then
    assertThat(Arrays.stream(held).min().orElseThrow()).as(counts).isGreaterThanOrEqualTo(15);
    assertThat(shown[0]).as(counts).isEqualTo(repeats);
    assertThat(shown[2] + shown[3]).as(counts).isLessThanOrEqualTo(5);
  }

  @Test
  void namesHaveEffectsAndLevelsTheirMeans() {
    int n = 90;
    SplittableRandom random = new SplittableRandom(2);
    double[] levels = new double[n];
    double[] noise = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      levels[i] = i % 3;
      noise[i] = random.nextDouble();
      y[i] = (i % 3 == 1 ? 5 : 2) + .1 * random.nextGaussian();
    }
    Importance found =
        Importance.of(
                List.of(
                    new Factor("optimizer", Factor.Kind.NOMINAL, levels),
                    Factor.ofNumbers("noise", noise)),
                y,
                .95,
                SEED)
            .orElseThrow();
    assertThat(shares(found)).containsExactly(new double[] {1, 0}, within(.02));
    List<Point> curve = found.effects().getFirst().curve();
    assertThat(curve).extracting(Point::at).containsExactly(0.0, 1.0, 2.0);
    assertThat(curve.stream().mapToDouble(Point::mean).toArray())
        .containsExactly(new double[] {2, 5, 2}, within(.1));
    assertThat(found.effects().getLast().shown()).isFalse();
  }

  @Test
  void aNestedFactorWithoutValueIsAValueOfItsOwn() {
    // momentum exists where the first factor is 1, and there it is half of the matter
    int n = 120;
    SplittableRandom random = new SplittableRandom(8);
    double[] choice = new double[n];
    double[] momentum = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      choice[i] = i % 2;
      momentum[i] = i % 2 == 0 ? Double.NaN : random.nextDouble();
      y[i] = (i % 2 == 0 ? 0 : 1 + 2 * momentum[i]) + .05 * random.nextGaussian();
    }
    Factor nested = Factor.ofNumbers("momentum", momentum);
    Importance found =
        Importance.of(
                List.of(new Factor("optimizer", Factor.Kind.NOMINAL, choice), nested), y, .95, SEED)
            .orElseThrow();
    assertThat(found.explained()).isGreaterThan(.9);
    Effect effect = found.effects().getLast();
    assertThat(effect.shown()).isTrue();
    assertThat(effect.curve().getLast().at()).isNaN();
    // it rises where it is; without it there is one point, after all others
    List<Point> present = effect.curve().subList(0, effect.curve().size() - 1);
    assertThat(present.getLast().mean() - present.getFirst().mean()).isGreaterThan(.5);
  }

  @Test
  void thereIsNothingToSayOfTooFewOfEqualsOrOfWhatNeverVaried() {
    Sample few = sample(2, 9, x -> x[0], 0, 1);
    assertThat(Importance.of(few.factors(), few.values(), .95, SEED)).isEmpty();
    assertThat(Importance.of(List.of(), new double[0], .95, SEED)).isEmpty();
    Sample flat = sample(2, 30, _ -> .1, 0, 1);
    assertThat(Importance.of(flat.factors(), flat.values(), .95, SEED)).isEmpty();
    Factor constant = Factor.ofNumbers("lr", new double[30]);
    double[] values = sample(1, 30, x -> x[0], 0, 1).values();
    assertThat(Importance.of(List.of(constant), values, .95, SEED)).isEmpty();
    // beside one that varied it has no effect
    Sample varied = sample(1, 30, x -> x[0], 0, 1);
    List<Factor> both = List.of(constant, varied.factors().getFirst());
    Importance found = Importance.of(both, varied.values(), .95, SEED).orElseThrow();
    assertThat(shares(found)[0]).isZero();
    assertThat(found.effects().getFirst().shown()).isFalse();
  }

  @Test
  void theSameTrialsAndSeedGiveTheSameNumbers() {
    Sample sample = sample(3, 40, x -> x[0] * x[1], .1, 6);
    Importance first = of(sample);
    assertThat(of(sample)).isEqualTo(first);
    // the unit of the values is no matter, nor which way is better
    double[] turned = Arrays.stream(sample.values()).map(v -> -1024 * v).toArray();
    Importance other = Importance.of(sample.factors(), turned, .95, SEED).orElseThrow();
    assertThat(shares(other)).containsExactly(shares(first), within(1e-12));
  }

  @Test
  void refusesWhatIsNoNumber() {
    Sample sample = sample(2, 20, x -> x[0], 0, 1);
    assertThatThrownBy(() -> Importance.of(sample.factors(), new double[3], .95, SEED))
        .hasMessage("x0 has 20 values for 3 observations");
    double[] broken = sample.values().clone();
    broken[4] = Double.NaN;
    assertThatThrownBy(() -> Importance.of(sample.factors(), broken, .95, SEED))
        .hasMessage("values[4] is NaN; only finite numbers can be summarised");
    assertThatThrownBy(() -> Factor.ofNumbers("lr", new double[] {Double.POSITIVE_INFINITY}))
        .hasMessage("lr has an infinite value");
  }

  private record Sample(List<Factor> factors, double[] values) {}

  /** Values of a function at random places, with noise of {@code share} standard deviations. */
  private static Sample sample(
      int factors, int n, ToDoubleFunction<double[]> function, double share, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] x =
        Stream.generate(() -> random.doubles(factors).toArray()).limit(n).toArray(double[][]::new);
    double[] clean = Arrays.stream(x).mapToDouble(function).toArray();
    double sd = Math.sqrt(Samples.variance(clean));
    double[] noisy =
        Arrays.stream(clean).map(v -> v + share * sd * random.nextGaussian()).toArray();
    List<Factor> made = new ArrayList<>();
    for (int j = 0; j < factors; j++) {
      int factor = j;
      made.add(Factor.ofNumbers("x" + j, Arrays.stream(x).mapToDouble(p -> p[factor]).toArray()));
    }
    return new Sample(made, noisy);
  }

  private static Importance of(Sample sample) {
    return Importance.of(sample.factors(), sample.values(), .95, SEED).orElseThrow();
  }

  private static double[] shares(Importance importance) {
    return importance.effects().stream().mapToDouble(Effect::alone).toArray();
  }
}
