package dev.steepest.study.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How much each factor has to do with a value: two measures, both of a {@link BoostedForest}.
 *
 * <p>{@link Effect#alone} is the share of the forest's variance that the factor explains by itself,
 * when all others are averaged out (fANOVA, see {@link Anova}). Its interval is a jackknife's that
 * leaves out a tenth of the observations at a time (Shao and Tu 1995, §2.3) with Student's t of 9
 * degrees: it holds all that another set of observations would have changed.
 *
 * <p>{@link Effect#shuffled} is what the forest's prediction loses, of observations that it was not
 * grown on, when the factor's values are exchanged for those of other observations (Breiman 2001,
 * permutation importance), in shares of the observations' variance. It counts what the factor does
 * together with others too, and is about 0, or below, for one that does nothing. Its t interval is
 * over observations.
 *
 * @param effects in the order of the factors
 * @param explained share of the variance that the forest predicts of observations that it was not
 *     grown on; below 0 it is worse than their mean, and nothing here is worth believing
 * @param together the share of the forest's variance that no factor explains alone: of several at
 *     once, and of noise that was taken for it
 * @param observations that it was learned from
 */
public record Importance(
    List<Effect> effects, double explained, double together, int observations) {

  /** With fewer there is nothing to leave out. Assumed. */
  public static final int FEWEST = 10;

  /** Groups that the jackknife leaves out in turn. */
  private static final int GROUPS = 10;

  /** Pairs of trees. Assumed. */
  private static final int PAIRS = 100;

  /** Pairs within the jackknife, whose ten deviations hide that they are fewer. Assumed. */
  private static final int FEWER_PAIRS = 60;

  /** By how many others a value is exchanged, at most. Assumed. */
  private static final int EXCHANGES = 20;

  public Importance {
    effects = List.copyOf(effects);
  }

  /**
   * What one factor does.
   *
   * @param alone share of variance, in [0, 1]
   * @param aloneInterval within [0, 1]
   * @param shuffled loss of prediction
   * @param shuffledInterval wholly above 0 where the factor can be told from noise
   * @param curve the value over the factor, averaged over all others
   */
  public record Effect(
      String factor,
      double alone,
      Interval aloneInterval,
      double shuffled,
      Interval shuffledInterval,
      List<Point> curve) {
    public Effect {
      curve = List.copyOf(curve);
    }

    /** Whether its influence can be told from none. */
    public boolean shown() {
      return shuffledInterval.low() > 0;
    }
  }

  /**
   * A place on a factor's curve.
   *
   * @param at the factor's value, or the middle of several; NaN where it has none
   * @param mean of the value
   * @param deviation standard error of that, by the jackknife
   */
  public record Point(double at, double mean, double deviation) {}

  /**
   * Empty where there are fewer than {@value #FEWEST} observations, no factor that has two values,
   * or no differences between the values.
   *
   * @param values of the observations
   * @param level of the intervals
   */
  public static Optional<Importance> of(
      List<Factor> factors, double[] values, double level, long seed) {
    double[] y = Samples.checked("values", values, 0);
    for (Factor factor : factors) {
      if (factor.values().length != y.length) {
        throw new IllegalArgumentException(
            "%s has %d values for %d observations"
                .formatted(factor.name(), factor.values().length, y.length));
      }
    }
    if (y.length < FEWEST || Arrays.stream(y).allMatch(v -> v == y[0])) {
      return Optional.empty();
    }
    Cells[] cells = factors.stream().map(Cells::of).toArray(Cells[]::new);
    return Arrays.stream(cells).allMatch(c -> c.count() < 2)
        ? Optional.empty()
        : Optional.of(of(factors, cells, y, Samples.level(level), seed));
  }

  private static Importance of(
      List<Factor> factors, Cells[] cells, double[] y, double level, long seed) {
    double mean = Samples.mean(y);
    double[] centered = Arrays.stream(y).map(v -> v - mean).toArray();
    SplittableRandom random = new SplittableRandom(seed);
    BoostedForest forest = BoostedForest.grown(cells, centered, PAIRS, random);
    Anova anova = Anova.of(forest, random);
    List<Anova> without = jackknife(cells, centered, random);
    Shuffling shuffling = new Shuffling(forest, centered, EXCHANGES);
    List<Effect> effects = new ArrayList<>();
    for (int j = 0; j < cells.length; j++) {
      int factor = j;
      double[] shares = without.stream().mapToDouble(a -> a.shares()[factor]).toArray();
      double[] losses = shuffling.losses(j, random);
      double share = anova.shares()[j];
      effects.add(
          new Effect(
              factors.get(j).name(),
              share,
              clamped(StudentT.interval(share, deviation(shares), GROUPS - 1, level)),
              Samples.mean(losses),
              StudentT.interval(
                  Samples.mean(losses),
                  Math.sqrt(Samples.variance(losses) / losses.length),
                  losses.length - 1,
                  level),
              curve(cells[j], mean, anova.effects()[j], without, j)));
    }
    double alone = Arrays.stream(anova.shares()).sum();
    return new Importance(effects, shuffling.explained(), Math.max(0, 1 - alone), y.length);
  }

  /** The decomposition again with a tenth of the observations left out, each in one of the ten. */
  private static List<Anova> jackknife(Cells[] cells, double[] y, SplittableRandom random) {
    int[] order = Shuffle.upTo(y.length, random);
    SplittableRandom[] own = new SplittableRandom[GROUPS];
    Arrays.setAll(own, _ -> random.split());
    return IntStream.range(0, GROUPS)
        .parallel()
        .mapToObj(g -> without(g, order, cells, y, own[g]))
        .toList();
  }

  private static Anova without(
      int group, int[] order, Cells[] cells, double[] y, SplittableRandom random) {
    int[] kept =
        IntStream.range(0, y.length)
            .filter(k -> k % GROUPS != group)
            .map(k -> order[k])
            .sorted()
            .toArray();
    Cells[] fewer = Arrays.stream(cells).map(c -> c.only(kept)).toArray(Cells[]::new);
    double[] rest = IntStream.of(kept).mapToDouble(i -> y[i]).toArray();
    double mean = Samples.mean(rest);
    double[] centered = Arrays.stream(rest).map(v -> v - mean).toArray();
    return Anova.of(BoostedForest.grown(fewer, centered, FEWER_PAIRS, random), random);
  }

  /** √((G − 1)/G · Σ(θ_g − θ̄)²). */
  private static double deviation(double[] without) {
    return Math.sqrt(Samples.squares(without) * (GROUPS - 1) / GROUPS);
  }

  private static List<Point> curve(
      Cells cells, double mean, double[] effect, List<Anova> without, int factor) {
    List<Point> curve = new ArrayList<>();
    for (int c = 0; c < effect.length; c++) {
      int cell = c;
      double[] others = without.stream().mapToDouble(a -> a.effects()[factor][cell]).toArray();
      curve.add(new Point(cells.centers()[c], mean + effect[c], deviation(others)));
    }
    return curve;
  }

  private static Interval clamped(Interval share) {
    return new Interval(
        Math.clamp(share.low(), 0, 1), Math.clamp(share.high(), 0, 1), share.level());
  }
}
