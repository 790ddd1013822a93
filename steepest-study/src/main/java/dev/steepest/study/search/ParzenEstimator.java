package dev.steepest.study.search;

import dev.steepest.study.search.Distribution.Span;
import dev.steepest.study.search.SearchSpace.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The density of configurations around given ones: a mixture of the prior and one kernel per
 * configuration, all of equal weight.
 *
 * <p>A kernel is a product over parameters, in shares of the probability (where every prior is
 * uniform on [0, 1]): a normal density cut off at 0 and 1 for numbers, summed over the span of a
 * value where values are discrete; for categories most of the weight on the configuration's own and
 * the rest spread as in the prior.
 */
final class ParzenEstimator {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /**
   * The bandwidth that one kernel alone would have, as a share of the probability; with more it
   * shrinks by Scott's rule. Measured on 200 seeds each of Branin, Hartmann-6 and a noisy curve of
   * learning rates: 0.05 is worse in six dimensions, 0.2 everywhere; bandwidths that follow the
   * spread of the kernels are much worse, since the search then closes in on its first finds.
   */
  private static final double WIDEST = 0.1;

  private final List<Parameter> parameters;
  private final List<Span[]> centres = new ArrayList<>();
  private final double bandwidth;

  /**
   * @param parameters those that are searched for
   * @param configurations values by name
   */
  ParzenEstimator(List<Parameter> parameters, List<SortedMap<String, Object>> configurations) {
    this.parameters = parameters;
    configurations.forEach(values -> centres.add(spans(values)));
    this.bandwidth = WIDEST * Math.pow(Math.max(1, centres.size()), -1.0 / (parameters.size() + 4));
  }

  private Span[] spans(SortedMap<String, Object> values) {
    return parameters.stream()
        .map(p -> p.distribution().span(values.get(p.name())))
        .toArray(Span[]::new);
  }

  /** A configuration of this density; constants are not among its values. */
  SortedMap<String, Object> draw(Draws draws) {
    int component = (int) draws.below(centres.size() + 1L);
    SortedMap<String, Object> values = new TreeMap<>();
    for (int d = 0; d < parameters.size(); d++) {
      Distribution distribution = parameters.get(d).distribution();
      double share = draws.uniform();
      if (component < centres.size()) {
        share = inKernel(distribution, centres.get(component)[d], share, draws);
      }
      values.put(parameters.get(d).name(), distribution.at(share));
    }
    return values;
  }

  private double inKernel(Distribution distribution, Span centre, double share, Draws draws) {
    if (distribution instanceof Categorical categories) {
      return draws.uniform() < spread(categories) ? share : centre.middle();
    }
    double low = phi(-centre.middle() / bandwidth);
    double high = phi((1 - centre.middle()) / bandwidth);
    double z = NORMAL.inverseCumulativeProbability(low + share * (high - low));
    return Math.clamp(centre.middle() + bandwidth * z, 0, 1);
  }

  /** The weight that a kernel gives to the prior of categories: less the more kernels there are. */
  private double spread(Categorical categories) {
    double k = categories.values().size();
    return k / (k + centres.size() + 1);
  }

  /** The logarithm of the density, up to a constant that is the same for all estimators. */
  double logDensity(SortedMap<String, Object> values) {
    Span[] at = spans(values);
    double[] logs = new double[centres.size() + 1];
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= centres.size(); i++) {
      for (int d = 0; d < at.length; d++) {
        logs[i] +=
            i == centres.size()
                ? prior(at[d])
                : kernel(parameters.get(d).distribution(), centres.get(i)[d], at[d]);
      }
      highest = Math.max(highest, logs[i]);
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - highest);
    }
    return highest + Math.log(sum / logs.length);
  }

  private static double prior(Span at) {
    return at.width() > 0 ? Math.log(at.width()) : 0;
  }

  private double kernel(Distribution distribution, Span centre, Span at) {
    if (distribution instanceof Categorical categories) {
      double spread = spread(categories);
      boolean same = at.from() == centre.from();
      return Math.log((same ? 1 - spread : 0) + spread * at.width());
    }
    double mu = centre.middle();
    double inside = phi((1 - mu) / bandwidth) - phi(-mu / bandwidth);
    if (at.width() > 0) {
      double mass = phi((at.to() - mu) / bandwidth) - phi((at.from() - mu) / bandwidth);
      return Math.log(Math.max(mass, Double.MIN_NORMAL) / inside);
    }
    double z = (at.from() - mu) / bandwidth;
    return NORMAL.logDensity(z) - Math.log(bandwidth * inside);
  }

  private static double phi(double z) {
    return NORMAL.cumulativeProbability(z);
  }
}
