package dev.steepest.lab.data.text.document;

import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON lines: one object per line, whose key holds the text as a string. Empty lines are left out.
 */
final class JsonReader implements DocumentReader {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(ByteLines.MOST_BYTES).build())
          .build();

  private final ByteLines lines;
  private final String key;

  JsonReader(ByteLines lines, String key) {
    this.lines = lines;
    this.key = key;
  }

  @Override
  public Optional<String> next() {
    while (lines.next()) {
      if (!blank()) {
        String text = text();
        if (!text.isBlank()) {
          return Optional.of(text);
        }
      }
    }
    return Optional.empty();
  }

  private boolean blank() {
    for (int i = 0; i < lines.length(); i++) {
      if (!Character.isWhitespace(lines.line()[i])) {
        return false;
      }
    }
    return true;
  }

  private String text() {
    StringJoiner keys = new StringJoiner(", ");
    try (JsonParser parser =
        FACTORY.createParser(ObjectReadContext.empty(), lines.line(), 0, lines.length())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw problem("a JSON object was expected");
      }
      String found = null;
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        keys.add(name);
        JsonToken value = parser.nextToken();
        if (!name.equals(key)) {
          parser.skipChildren();
        } else if (value == JsonToken.VALUE_STRING) {
          found = parser.getString();
        } else {
          throw problem("the value of '%s' is not a string".formatted(key));
        }
      }
      if (found == null) {
        throw problem("has no key '%s'; its keys are %s".formatted(key, keys));
      }
      return found;
    } catch (JacksonException e) {
      throw problem("not JSON: " + e.getOriginalMessage());
    }
  }

  private RuntimeException problem(String what) {
    return lines.problem(lines.number(), what, null);
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public void close() {
    lines.close();
  }
}
