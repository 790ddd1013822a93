package dev.steepest.optim;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An interval of numbers, each end open or closed.
 *
 * @param low lower end, may be negative infinity
 * @param lowEnd whether {@code low} itself is allowed
 * @param high upper end, may be infinity
 * @param highEnd whether {@code high} itself is allowed
 */
public record Range(double low, End lowEnd, double high, End highEnd) {

  /** Whether an end belongs to the interval. */
  public enum End {
    OPEN,
    CLOSED
  }

  /** Every finite number. */
  public static final Range ANY =
      new Range(Double.NEGATIVE_INFINITY, End.OPEN, Double.POSITIVE_INFINITY, End.OPEN);

  private static final Pattern FORM =
      Pattern.compile("([\\[(])\\s*([^,\\s]+)\\s*,\\s*([^,\\s]+)\\s*([\\])])");

  /** Reads {@code "[0, 1)"}, {@code "(0, inf)"}; the empty text is {@link #ANY}. */
  public static Range parse(String text) {
    if (text.isEmpty()) {
      return ANY;
    }
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no interval; write it like [0, 1) or (0, inf)");
    }
    return new Range(
        number(form.group(2)),
        form.group(1).equals("[") ? End.CLOSED : End.OPEN,
        number(form.group(3)),
        form.group(4).equals("]") ? End.CLOSED : End.OPEN);
  }

  /** Whether {@code x} lies inside; never for NaN. */
  public boolean contains(double x) {
    return (lowEnd == End.CLOSED ? x >= low : x > low)
        && (highEnd == End.CLOSED ? x <= high : x < high);
  }

  @Override
  public String toString() {
    return (lowEnd == End.CLOSED ? "[" : "(")
        + text(low)
        + ", "
        + text(high)
        + (highEnd == End.CLOSED ? "]" : ")");
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static String text(double x) {
    if (Double.isInfinite(x)) {
      return x > 0 ? "inf" : "-inf";
    }
    return x == Math.rint(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : Double.toString(x);
  }
}
