package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a sweep as a file again: one key a line, without comments, equal for equal sweeps. What
 * was written can be read, and says the same.
 */
final class SweepText {
  /**
   * Words that YAML takes for nothing else than themselves or a number; the empty value is none.
   */
  private static final Pattern PLAIN =
      Pattern.compile("(?!(?i:null)$)[A-Za-z0-9_./+][A-Za-z0-9_./+-]*|-[0-9.][0-9.e_+-]*");

  /** What YAML takes for the end of a line or of nothing, beside control characters. */
  private static final String UNPRINTABLE = "\u2028\u2029\ufeff";

  private SweepText() {}

  static String of(Mapping root) {
    StringBuilder text = new StringBuilder();
    write(text, root, "");
    return text.toString();
  }

  private static void write(StringBuilder text, Mapping group, String indent) {
    group
        .entries()
        .forEach((key, node) -> {
          text.append(indent).append(word(key)).append(':');
          if (node instanceof Mapping m && !m.entries().isEmpty()) {
            text.append('\n');
            write(text, m, indent + "  ");
          } else {
            text.append(' ').append(flow(node)).append('\n');
          }
        });
  }

  private static String flow(Node node) {
    return switch (node) {
      case Scalar s -> word(s.text());
      case Broken _ -> throw new IllegalStateException("a sweep with problems has no text");
      case Sequence s ->
          s.items().stream().map(SweepText::flow).collect(Collectors.joining(", ", "[", "]"));
      case Mapping m ->
          m.entries().entrySet().stream()
              .map(e -> word(e.getKey()) + ": " + flow(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  private static String word(String word) {
    if (PLAIN.matcher(word).matches()) {
      return word;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (UNPRINTABLE.indexOf(c) >= 0 || Character.isISOControl(c)) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
