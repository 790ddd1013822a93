package dev.steepest.study.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What TensorBoard would draw. */
final class Scalars {
  private Scalars() {}

  /** The records of a folder's event files, in the order in which TensorBoard reads them. */
  static List<byte[]> files(Path run) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(f -> f.toString().contains("tfevents")).sorted().toList()) {
        records.addAll(Framing.events(Files.readAllBytes(file)));
      }
    }
    return records;
  }

  /** Values by tag and place; a place that is told twice is a mistake. */
  static Map<String, Map<Long, Double>> of(List<ProtoText> events) {
    Map<String, Map<Long, Double>> scalars = new TreeMap<>();
    for (ProtoText event : events) {
      long step = event.has("step") ? (long) event.number("step") : 0;
      event
          .at("summary.value")
          .filter(value -> value.has("simple_value"))
          .forEach(value -> {
            String tag = value.text("tag");
            Double before =
                scalars
                    .computeIfAbsent(tag, _ -> new TreeMap<>())
                    .put(step, value.number("simple_value"));
            assertThat(before).as("%s at %d, told twice", tag, step).isNull();
          });
    }
    return scalars;
  }
}
