package dev.steepest.optim;

import java.util.regex.Pattern;

/**
 * A pattern of dotted names: {@code *} stands for any text within one part, {@code ?} for one
 * character, {@code **} for any number of parts: {@code blocks.*.attention.weight}, {@code
 * **.bias}.
 */
final class Glob {

  private final Pattern pattern;

  Glob(String text) {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      if (text.startsWith("**.", i)) {
        regex.append("(?:[^.]+\\.)*");
        i += 3;
      } else if (text.startsWith("**", i)) {
        regex.append(".*");
        i += 2;
      } else {
        char c = text.charAt(i++);
        regex.append(
            switch (c) {
              case '*' -> "[^.]*";
              case '?' -> "[^.]";
              default -> Pattern.quote(String.valueOf(c));
            });
      }
    }
    pattern = Pattern.compile(regex.toString());
  }

  boolean matches(String name) {
    return pattern.matcher(name).matches();
  }
}
