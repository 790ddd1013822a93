package dev.steepest.study.record;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.plan.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code study.json} of an experiment's folder: its title, its decision rule, and the hash
 * of its plan at every time it was started. A plan that was changed after the first run is thereby
 * seen.
 *
 * @param plans hash of the plan at each change, the oldest first
 */
public record StudySeal(String name, String title, DecisionRule rule, List<SealedPlan> plans) {
  private static final String FILE = "study.json";
  private static final String LOCK = ".study.lock";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * A plan as it stood from {@code at} on.
   *
   * @param source the experiment file that asked for it, with the options that changed it; empty
   *     where the seal was made without
   */
  public record SealedPlan(Instant at, String hash, List<SealedRun> runs, Optional<String> source) {
    public SealedPlan {
      runs = List.copyOf(runs);
    }
  }

  /** A run of a plan: its id, and how the plan calls its problem and its arm. */
  public record SealedRun(String id, String problem, String arm) {}

  public StudySeal {
    plans = List.copyOf(plans);
    if (plans.isEmpty()) {
      throw new IllegalArgumentException("a study has at least one plan");
    }
  }

  /**
   * The records that the newest plan asks for, under the names that it has for them; others in the
   * folder belong to earlier plans.
   */
  public List<RunRecord> planned(List<RunRecord> records) {
    Map<String, SealedRun> runs = new HashMap<>();
    plans.getLast().runs().forEach(run -> runs.put(run.id(), run));
    return records.stream()
        .filter(record -> runs.containsKey(record.spec().id()))
        .map(record -> renamed(record, runs.get(record.spec().id())))
        .toList();
  }

  private static RunRecord renamed(RunRecord record, SealedRun run) {
    RunSpec spec = record.spec();
    return record.as(
        new RunSpec(
            spec.experiment(), run.problem(), run.arm(), spec.seed(), spec.settings(), spec.id()));
  }

  /** Whether the plan was changed after it was first sealed. */
  public boolean changed() {
    return plans.size() > 1;
  }

  /** The experiment file of the newest plan; empty where it was sealed without. */
  public Optional<String> source() {
    return plans.getLast().source();
  }

  /**
   * An experiment file with the options that changed it, as comments at its end: a file still.
   *
   * @param overrides each {@code key=value}
   */
  public static String source(String file, List<String> overrides) {
    StringBuilder text = new StringBuilder(file);
    if (!overrides.isEmpty() && !file.endsWith("\n")) {
      text.append('\n');
    }
    overrides.forEach(o -> text.append("# --set ").append(o.replace("\n", "\n# ")).append('\n'));
    return text.toString();
  }

  /** Seals a plan without the file that asked for it. */
  public static StudySeal seal(
      Path folder, String name, String title, DecisionRule rule, String hash, List<RunSpec> runs) {
    return seal(folder, name, title, rule, hash, runs, "");
  }

  /**
   * Seals a plan in {@code folder}, or notes that it differs from the one sealed before.
   *
   * @param source see {@link #source(String, List)}; empty where it is not known
   */
  public static StudySeal seal(
      Path folder,
      String name,
      String title,
      DecisionRule rule,
      String hash,
      List<RunSpec> runs,
      String source) {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        return sealLocked(folder, name, title, rule, hash, runs, source);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(RecordFiles.cannotWrite(folder, e), e);
    }
  }

  private static StudySeal sealLocked(
      Path folder,
      String name,
      String title,
      DecisionRule rule,
      String hash,
      List<RunSpec> runs,
      String source) {
    List<SealedPlan> plans = new ArrayList<>(read(folder).map(StudySeal::plans).orElse(List.of()));
    if (plans.isEmpty() || !plans.getLast().hash().equals(hash)) {
      List<SealedRun> sealed =
          runs.stream().map(r -> new SealedRun(r.id(), r.problem(), r.arm())).toList();
      Optional<String> text = Optional.of(source).filter(s -> !s.isEmpty());
      plans.add(new SealedPlan(Instant.now(), hash, sealed, text));
    }
    StudySeal seal = new StudySeal(name, title, rule, plans);
    RecordFiles.replace(folder.resolve(FILE), JSON.writeValueAsString(seal.json()) + "\n");
    return seal;
  }

  /** The seal of {@code folder}, if it has one. */
  public static Optional<StudySeal> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(JSON.readTree(Files.readString(file))));
    } catch (IOException | JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new RecordException(file + ": is not the plan of a study: " + e.getMessage(), e);
    }
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("title", title);
    json.put("metric", rule.metric());
    json.put("goal", rule.goal().name().toLowerCase(Locale.ROOT));
    rule.baseline().ifPresent(b -> json.put("baseline", b));
    if (!rule.pairs().isEmpty()) {
      json.put("pairs", rule.pairs());
    }
    json.put("alpha", rule.alpha());
    json.put("targets", rule.targets());
    json.put("curve", rule.curve());
    if (!rule.compared().isEmpty()) {
      json.put("compared", rule.compared());
    }
    json.put("plans", plans.stream().map(StudySeal::json).toList());
    return json;
  }

  private static Map<String, Object> json(SealedPlan plan) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", plan.at().toString());
    json.put("hash", plan.hash());
    plan.source().ifPresent(text -> json.put("source", text));
    json.put("runs", plan.runs());
    return json;
  }

  private static StudySeal read(JsonNode json) {
    DecisionRule rule =
        new DecisionRule(
            json.required("metric").asString(),
            DecisionRule.Goal.valueOf(json.required("goal").asString().toUpperCase(Locale.ROOT)),
            Optional.ofNullable(json.get("baseline")).map(JsonNode::asString),
            json.path("pairs").values().stream()
                .map(p ->
                    new DecisionRule.Pair(
                        p.required("first").asString(), p.required("second").asString()))
                .toList(),
            json.required("alpha").asDouble(),
            json.required("targets").values().stream().map(JsonNode::asDouble).toList(),
            json.required("curve").asString(),
            json.path("compared").values().stream().map(JsonNode::asString).toList());
    List<SealedPlan> plans =
        json.required("plans").values().stream()
            .map(p ->
                new SealedPlan(
                    Instant.parse(p.required("at").asString()),
                    p.required("hash").asString(),
                    p.required("runs").values().stream()
                        .map(r ->
                            new SealedRun(
                                r.required("id").asString(),
                                r.required("problem").asString(),
                                r.required("arm").asString()))
                        .toList(),
                    Optional.ofNullable(p.get("source")).map(JsonNode::asString)))
            .toList();
    return new StudySeal(
        json.required("name").asString(), json.required("title").asString(), rule, plans);
  }
}
