package dev.steepest.optim.golden;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The recorded runs of reference implementations, where they are on this machine. */
final class GoldenData {

  private static final ObjectMapper JSON = new ObjectMapper();

  private GoldenData() {}

  /** The data's folder; skips the calling test where there is none. */
  static Path folder() {
    String place = System.getProperty("steepest.golden", "");
    assumeTrue(
        !place.isEmpty() && Files.isDirectory(Path.of(place)),
        "no golden data at '" + place + "'; set -Dsteepest.golden");
    return Path.of(place);
  }

  static JsonNode json(Path file) {
    return JSON.readTree(file);
  }

  /**
   * Files called {@code case.json} whose field {@code field} has {@code value}; any value where it
   * is null.
   */
  static List<Path> cases(String field, String value) {
    try (Stream<Path> files = Files.walk(folder())) {
      return files
          .filter(file -> file.endsWith("case.json"))
          .filter(file -> json(file).has(field))
          .filter(file -> value == null || json(file).get(field).asString().equals(value))
          .sorted()
          .toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The case's name: the last folders of its path. */
  static String name(Path caseFile) {
    return folder().relativize(caseFile.getParent()).toString();
  }
}
