package dev.steepest.study.record;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The file {@code run.json}: everything of a record but its rows. */
final class RunJson {
  /** Of the file format; a reader refuses a newer one. */
  static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private RunJson() {}

  static String write(RunRecord record) {
    Map<String, Object> json = new LinkedHashMap<>();
    RunSpec spec = record.spec();
    json.put("format", FORMAT);
    json.put("id", spec.id());
    json.put("experiment", spec.experiment());
    json.put("problem", spec.problem());
    json.put("arm", spec.arm());
    json.put("seed", spec.seed());
    json.put("settings", spec.settings().tree());
    json.put("environment", record.environment().facts());
    json.put("data_sha256", record.checksums());
    json.put("groups", record.groups());
    json.put("results", record.results());
    record
        .outcome()
        .ifPresent(o ->
            json.put(
                "outcome",
                Map.of(
                    "status", o.status().name().toLowerCase(Locale.ROOT),
                    "reason", o.reason(),
                    "at", o.at().toString())));
    return JSON.writeValueAsString(json) + "\n";
  }

  /** The record without its rows. */
  static RunRecord read(Path file) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new RecordException(file + ": cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new RecordException(
          file
              + ": is not valid JSON (line "
              + e.getLocation().getLineNr()
              + "); half-written or edited?",
          e);
    }
    try {
      return read(json, file);
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new RecordException(file + ": is not a Steepest record: " + e.getMessage(), e);
    }
  }

  private static RunRecord read(JsonNode json, Path file) {
    int format = json.path("format").asInt(0);
    if (format < 1 || format > FORMAT) {
      throw new RecordException(
          "%s: has format %d; this version reads 1 to %d".formatted(file, format, FORMAT));
    }
    RunSpec spec =
        new RunSpec(
            json.required("experiment").asString(),
            json.required("problem").asString(),
            json.required("arm").asString(),
            json.required("seed").asLong(),
            new Settings(tree(json.required("settings"))));
    String id = json.required("id").asString();
    if (!id.equals(spec.id())) {
      throw new RecordException(
          "%s: id %s does not match its settings (%s); the file was edited"
              .formatted(file, id, spec.id()));
    }
    return new RunRecord(
        spec,
        new Environment(texts(json.path("environment"))),
        texts(json.path("data_sha256")),
        json.path("groups").values().stream().map(JsonNode::asString).toList(),
        List.of(),
        numbers(json.path("results")),
        outcome(json.path("outcome")),
        file.getParent());
  }

  private static Optional<Outcome> outcome(JsonNode json) {
    return json.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new Outcome(
                Outcome.Status.valueOf(json.required("status").asString().toUpperCase(Locale.ROOT)),
                json.path("reason").asString(""),
                Instant.parse(json.required("at").asString())));
  }

  private static Map<String, Object> tree(JsonNode json) {
    Map<String, Object> tree = new LinkedHashMap<>();
    json.forEachEntry((key, value) -> tree.put(key, leafOrNode(value)));
    return tree;
  }

  private static Object leafOrNode(JsonNode value) {
    if (value.isObject()) {
      return tree(value);
    }
    if (value.isBoolean()) {
      return value.asBoolean();
    }
    if (value.isIntegralNumber()) {
      return value.asLong();
    }
    return value.isNumber() ? (Object) value.asDouble() : value.asString();
  }

  private static SortedMap<String, String> texts(JsonNode json) {
    SortedMap<String, String> texts = new TreeMap<>();
    json.forEachEntry((key, value) -> texts.put(key, value.asString()));
    return texts;
  }

  private static SortedMap<String, Double> numbers(JsonNode json) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    json.forEachEntry((key, value) ->
        numbers.put(key, value.isNumber() ? value.asDouble() : Double.valueOf(value.asString())));
    return numbers;
  }
}
