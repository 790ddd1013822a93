package dev.steepest.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes the little JSON of a safetensors header: objects, arrays, strings and whole
 * numbers.
 *
 * <p>Objects become {@link LinkedHashMap}, arrays {@link List}, numbers {@link Long}.
 */
final class SafetensorsHeader {

  /** A header that cannot be read; the message says at which character and why. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  private static final int DEEPEST = 8; // a header nests three deep

  private final String text;
  private int at;

  private SafetensorsHeader(String text) {
    this.text = text;
  }

  /** The object that {@code text} holds; trailing spaces are padding. */
  static Map<?, ?> parse(String text) throws Malformed {
    SafetensorsHeader reader = new SafetensorsHeader(text);
    Object value = reader.value(0);
    reader.space();
    if (reader.at < text.length()) {
      throw reader.malformed("nothing more");
    }
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw new Malformed("the header is no JSON object");
  }

  /** {@code value} as JSON: maps, lists, strings and whole numbers. */
  static void write(StringBuilder out, Object value) {
    switch (value) {
      case Map<?, ?> object -> {
        char before = '{';
        if (object.isEmpty()) {
          out.append('{');
        }
        for (Map.Entry<?, ?> entry : object.entrySet()) {
          out.append(before);
          quote(out, (String) entry.getKey());
          out.append(':');
          write(out, entry.getValue());
          before = ',';
        }
        out.append('}');
      }
      case List<?> array -> {
        out.append('[');
        for (int i = 0; i < array.size(); i++) {
          if (i > 0) {
            out.append(',');
          }
          write(out, array.get(i));
        }
        out.append(']');
      }
      case String string -> quote(out, string);
      case Long number -> out.append(number.longValue());
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private Object value(int depth) throws Malformed {
    if (depth > DEEPEST) {
      throw malformed("less nesting");
    }
    space();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) throws Malformed {
    Map<String, Object> object = new LinkedHashMap<>();
    expect('{');
    space();
    if (peek() == '}') {
      at++;
      return object;
    }
    while (true) {
      space();
      String key = string();
      space();
      expect(':');
      if (object.put(key, value(depth + 1)) != null) {
        throw new Malformed("key '" + key + "' stands twice");
      }
      space();
      if (peek() == '}') {
        at++;
        return object;
      }
      expect(',');
    }
  }

  private List<Object> array(int depth) throws Malformed {
    List<Object> array = new ArrayList<>();
    expect('[');
    space();
    if (peek() == ']') {
      at++;
      return array;
    }
    while (true) {
      array.add(value(depth + 1));
      space();
      if (peek() == ']') {
        at++;
        return array;
      }
      expect(',');
    }
  }

  private String string() throws Malformed {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw malformed("no control character in a string");
      }
      string.append(c == '\\' ? escaped() : c);
    }
    at++;
    return string.toString();
  }

  private char escaped() throws Malformed {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
          throw malformed("four hexadecimal digits");
        }
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> throw malformed("an escape");
    };
  }

  private Long number() throws Malformed {
    int start = at;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '-')) {
      at++;
    }
    try {
      return Long.parseLong(text, start, at, 10);
    } catch (NumberFormatException noNumber) {
      at = start;
      throw malformed("an object, array, string or whole number");
    }
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws Malformed {
    if (at >= text.length()) {
      throw malformed("more");
    }
    return text.charAt(at);
  }

  private void expect(char c) throws Malformed {
    if (peek() != c) {
      throw malformed("'" + c + "'");
    }
    at++;
  }

  private Malformed malformed(String expected) {
    return new Malformed("at character " + at + " of the header, expected " + expected);
  }

  private static void quote(StringBuilder out, String string) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
