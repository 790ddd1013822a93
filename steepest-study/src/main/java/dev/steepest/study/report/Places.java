package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A linear axis whose places are percentages of its width, as a page wants them.
 *
 * @param step distance of ticks: 1, 2 or 5 times a power of ten
 */
record Places(double from, double to, double step) {
  /** Ticks that fit on a telephone. Assumed. */
  private static final int TICKS = 6;

  /** Empty space at either end, as a share of what is shown. */
  private static final double MARGIN = .04;

  /** The axis that holds {@code low} to {@code high} and little else. */
  static Places around(double low, double high) {
    double span = high > low ? high - low : Math.max(Math.abs(high), 1) * .02;
    double raw = span / (TICKS - 1);
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power * (raw / power > 5 ? 10 : raw / power > 2 ? 5 : raw / power > 1 ? 2 : 1);
    double margin = MARGIN * span;
    return high > low
        ? new Places(low - margin, high + margin, step)
        : new Places(low - span / 2, high + span / 2, step);
  }

  double share(double value) {
    return Math.clamp((value - from) / (to - from), 0, 1);
  }

  String at(double value) {
    return percent(share(value));
  }

  String width(double low, double high) {
    return percent(share(high) - share(low));
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (double k = Math.ceil(from / step); k * step <= to; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  /** The tick's label with just the decimals that the step needs. */
  String label(double tick) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return Numbers.fixed(Math.abs(tick) < step / 1e6 ? 0 : tick, Math.min(decimals, 6));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f", 100 * share);
  }
}
