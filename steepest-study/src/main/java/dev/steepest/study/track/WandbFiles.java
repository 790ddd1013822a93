package dev.steepest.study.track;

import dev.steepest.study.plan.RunSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The folder {@code files} of an offline run: what W&B shows of a run beside its charts. */
final class WandbFiles {
  private static final String CONFIG = "config.yaml";
  private static final String SUMMARY = "wandb-summary.json";
  private static final String METADATA = "wandb-metadata.json";
  static final List<String> NAMES = List.of(CONFIG, SUMMARY, METADATA);

  private static final YAMLMapper YAML = YAMLMapper.builder().build();

  private final Path folder;

  WandbFiles(Path folder) {
    this.folder = folder;
  }

  /** What is known before the first step. */
  void begin(TrackedRun run) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("wandb_version", 1);
    config(run).forEach((key, value) -> config.put(key, Map.of("value", value)));
    AppendFile.replace(folder.resolve(CONFIG), YAML.writeValueAsString(config));
    AppendFile.replace(folder.resolve(METADATA), Json.text(metadata(run)) + "\n");
  }

  void summary(Map<String, Object> values) {
    AppendFile.replace(folder.resolve(SUMMARY), Json.text(values) + "\n");
  }

  /** Settings by section, the seed, and under {@code steepest} what the record is known by. */
  static SortedMap<String, Object> config(TrackedRun run) {
    RunSpec spec = run.spec();
    SortedMap<String, Object> config = new TreeMap<>(spec.settings().tree());
    config.put("seed", spec.seed());
    SortedMap<String, Object> names = new TreeMap<>();
    names.put("id", spec.id());
    names.put("experiment", spec.experiment());
    names.put("problem", spec.problem());
    names.put("arm", spec.arm());
    names.put("record", run.folder().getFileName().toString());
    run.sweep().ifPresent(sweep -> names.put("sweep", sweep));
    config.put("steepest", names);
    return config;
  }

  private static Map<String, Object> metadata(TrackedRun run) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("startedAt", run.zero().toString());
    metadata.put("program", "steepest");
    fact(run, "os").ifPresent(os -> metadata.put("os", os));
    fact(run, "cores").map(Integer::valueOf).ifPresent(n -> metadata.put("cpu_count", n));
    fact(run, "steepest.commit").ifPresent(commit -> metadata.put("git", Map.of("commit", commit)));
    metadata.put("environment", run.facts());
    return metadata;
  }

  private static Optional<String> fact(TrackedRun run, String name) {
    return Optional.ofNullable(run.facts().get(name));
  }
}
