package dev.steepest.study.experiment;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Problems;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a single value by the type that its key declares. */
final class ScalarReader {
  private ScalarReader() {}

  /** The value, or nothing if it is wrong, which is then among {@code problems}. */
  static Stream<Object> read(String section, Key key, Node node, Problems problems) {
    String name = section + "." + key.name();
    if (node instanceof Broken) {
      return Stream.empty();
    }
    if (!(node instanceof Scalar scalar)) {
      problems.add(
          node.where(), "%s is %s, not a group of keys".formatted(name, key.type().inWords()));
      return Stream.empty();
    }
    Optional<Object> value = parse(key.type(), scalar.text());
    if (value.isEmpty()) {
      problems.add(
          scalar.where(),
          "%s = '%s'%s is not %s"
              .formatted(name, scalar.text(), scalar.origin(), key.type().inWords()));
    } else if (value.get() instanceof Number n && !key.within().test(n.doubleValue())) {
      problems.add(
          scalar.where(),
          "%s = %s%s is out of range; allowed: %s"
              .formatted(name, n, scalar.origin(), key.range()));
      return Stream.empty();
    } else if (!key.choices().isEmpty() && !key.choices().contains(scalar.text())) {
      problems.add(
          scalar.where(), Problems.unknown(name, scalar.text(), key.choices()) + scalar.origin());
      return Stream.empty();
    }
    return value.stream();
  }

  static Optional<Object> parse(Key.Type type, String text) {
    return switch (type) {
      case WORD -> text.isEmpty() ? Optional.empty() : Optional.of(text);
      case FLAG ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> Optional.of(true);
            case "false", "no", "off" -> Optional.of(false);
            default -> Optional.empty();
          };
      case WHOLE -> whole(text);
      case NUMBER -> number(text);
    };
  }

  private static Optional<Object> whole(String text) {
    try {
      return Optional.of(Long.parseLong(text.replace("_", "")));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Object> number(String text) {
    return decimal(text).map(_ -> Double.parseDouble(text.replace("_", "")));
  }

  /** The number exactly as it is written, if it is one that a double can come near to. */
  static Optional<BigDecimal> decimal(String text) {
    String bare = text.replace("_", "");
    return isNumber(text) && Double.isFinite(Double.parseDouble(bare))
        ? Optional.of(new BigDecimal(bare))
        : Optional.empty();
  }

  private static boolean isNumber(String text) {
    // Java would also read "1d", "0x1p3" and " NaN "; a file means decimal numbers only.
    return text.matches("[+-]?(\\d[\\d_]*\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  }
}
