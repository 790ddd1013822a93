package dev.steepest.study.compare;

import dev.steepest.study.stats.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Numbers and lists as they stand in sentences, the same in every locale. */
public final class Numbers {
  /** The minus sign of typography; a hyphen beside a number reads as a dash. */
  public static final String MINUS = "−";

  private Numbers() {}

  /**
   * With {@code decimals} decimals, or in scientific notation where that would show nothing of the
   * number.
   */
  public static String fixed(double value, int decimals) {
    double size = Math.abs(value);
    boolean hidden = size != 0 && (size >= 1e7 || size < .5 * Math.pow(10, -decimals));
    String text = String.format(Locale.ROOT, hidden ? "%.1e" : "%." + decimals + "f", size);
    return (value < 0 ? MINUS : "") + text;
  }

  /** At most six significant digits, no trailing zeros: targets, learning rates. */
  public static String shortest(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    double size = Math.abs(value);
    String text =
        size != 0 && (size < 1e-4 || size >= 1e9) ? scientific(rounded) : rounded.toPlainString();
    return text.startsWith("-") ? MINUS + text.substring(1) : text;
  }

  private static String scientific(BigDecimal stripped) {
    int exponent = stripped.precision() - stripped.scale() - 1;
    return stripped.movePointLeft(exponent).toPlainString() + "e" + exponent;
  }

  /** A p value: " = .0004", " &lt; .0001". */
  public static String p(double p) {
    String bare = bareP(p);
    return bare.startsWith("<") ? "< " + bare.substring(1) : "= " + bare;
  }

  /** A p value for a table: ".0004", "&lt;.0001". */
  public static String bareP(double p) {
    if (p < .0001) {
      return "<.0001";
    }
    String text = String.format(Locale.ROOT, p < .01 ? "%.4f" : p < .1 ? "%.3f" : "%.2f", p);
    return text.startsWith("0") ? text.substring(1) : text;
  }

  /** Durations: "12.3 s", "41 min 20 s", "2 h 05 min". */
  public static String duration(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** "95 % CI". */
  public static String level(Interval interval) {
    return shortest(100 * interval.level()) + " % CI";
  }

  /** "a", "a and b", "a, b and c". */
  public static String and(Collection<String> words) {
    List<String> all = List.copyOf(words);
    if (all.size() < 2) {
      return String.join("", all);
    }
    return String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.getLast();
  }

  /** "seed 3", "seeds 1, 2 and 5", "seeds 0–7". */
  public static String seeds(Collection<Long> seeds) {
    List<Long> sorted = seeds.stream().sorted().toList();
    boolean run = sorted.size() > 3 && sorted.getLast() - sorted.getFirst() == sorted.size() - 1;
    if (run) {
      return "seeds " + sorted.getFirst() + "–" + sorted.getLast();
    }
    String list = and(sorted.stream().map(String::valueOf).toList());
    return (sorted.size() == 1 ? "seed " : "seeds ") + list;
  }

  /** "1 run", "2 runs". */
  public static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
