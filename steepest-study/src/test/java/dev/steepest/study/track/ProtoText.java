package dev.steepest.study.track;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A message as protoc prints it.
 *
 * @param name of the field
 * @param value of a plain field; empty for a message
 */
record ProtoText(String name, String value, List<ProtoText> all) {

  static ProtoText parse(String printed) {
    return new ProtoText("", "", fields(printed.lines().map(String::strip).iterator()));
  }

  private static List<ProtoText> fields(Iterator<String> lines) {
    List<ProtoText> fields = new ArrayList<>();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.equals("}")) {
        break;
      } else if (line.endsWith(" {")) {
        fields.add(new ProtoText(line.substring(0, line.length() - 2), "", fields(lines)));
      } else {
        int colon = line.indexOf(": ");
        fields.add(
            new ProtoText(
                line.substring(0, colon), unquoted(line.substring(colon + 2)), List.of()));
      }
    }
    return fields;
  }

  /** Bytes outside ASCII and quotes are printed as escapes. */
  private static String unquoted(String printed) {
    if (!printed.startsWith("\"")) {
      return printed;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String text = printed.substring(1, printed.length() - 1);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        bytes.write(c);
      } else if (Character.isDigit(text.charAt(i + 1))) {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.write(text.charAt(++i) == 'n' ? '\n' : text.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  boolean has(String path) {
    return at(path).findAny().isPresent();
  }

  /** The first field at a dotted path. */
  ProtoText get(String path) {
    return at(path).findFirst().orElseThrow(() -> new AssertionError("no " + path + " in " + this));
  }

  String text(String path) {
    return get(path).value;
  }

  double number(String path) {
    return Double.parseDouble(text(path).replace("inf", "Infinity").replace("nan", "NaN"));
  }

  Stream<ProtoText> at(String path) {
    Stream<ProtoText> here = Stream.of(this);
    for (String name : path.split("\\.")) {
      here = here.flatMap(m -> m.all.stream().filter(field -> field.name.equals(name)));
    }
    return here;
  }
}
