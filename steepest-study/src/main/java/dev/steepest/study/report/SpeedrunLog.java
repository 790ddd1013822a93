package dev.steepest.study.report;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordException;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.record.StudySeal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The logs of the NanoGPT speedrun as a published course project (ese-3060) wrote them: {@code
 * log.txt} for people, {@code log.json} for programs. Both are written from the record; a value
 * that it lacks is missing here too.
 *
 * <p>Its keys are the published ones, and {@code settings} and {@code groups} beside them hold all
 * that the record knows. Times are of the training clock. {@code train_losses} has a value for each
 * logged step, and {@code train_steps} says which steps these are.
 */
final class SpeedrunLog {
  private static final String RULE = "=".repeat(100);
  private static final double MIB = 1 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final LanguageRun run;
  private final RunRecord record;
  private final SortedMap<String, String> facts;

  SpeedrunLog(LanguageRun run) {
    this.run = run;
    this.record = run.run();
    this.facts = record.environment().facts();
  }

  /** {@code log.json}. */
  String json() {
    Map<String, Object> json = new LinkedHashMap<>(metadata());
    json.put("settings", record.spec().settings().tree());
    json.put("groups", record.groups());
    json.put("environment", facts);
    json.put("source", source().orElse(null));
    json.put("end_time", ended().orElse(null));
    json.put("training_time_ms", milliseconds(run.seconds()));
    json.put("peak_memory_mib", peakMemory());
    json.put("final_train_loss", JsonNumbers.of(run.finalTrainLoss()));
    json.put("final_val_loss", JsonNumbers.of(run.finalLoss()));
    json.put("training_data", trainingData());
    return JSON.writeValueAsString(json) + "\n";
  }

  private Map<String, Object> metadata() {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("run_id", record.spec().id());
    metadata.put("problem", record.spec().problem());
    metadata.put("arm", record.spec().arm());
    metadata.put("start_time", started().orElse(null));
    metadata.put("random_seed", record.spec().seed());
    metadata.put("ddp_world_size", Long.valueOf(facts.getOrDefault("world_size", "1")));
    metadata.put("hyperparameters", hyperparameters());
    metadata.put("model_config", modelConfig());
    metadata.put("optimizer_configs", optimizerConfigs());
    return metadata;
  }

  /** The published names of what the settings have under names of their own. */
  private Map<String, Object> hyperparameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    put(parameters, "input_bin", "data.folder", "data.name");
    put(parameters, "batch_size", "training.batch");
    put(parameters, "accumulation", "training.accumulation");
    put(parameters, "sequence_length", "model.context");
    put(parameters, "num_iterations", "training.steps");
    put(parameters, "learning_rate", "optimizer.rest.lr", "optimizer.lr");
    put(parameters, "warmup", "schedule.warmup");
    put(parameters, "warmdown", "schedule.decay");
    put(parameters, "weight_decay", "optimizer.rest.weight_decay", "optimizer.weight_decay");
    put(parameters, "val_loss_every", "evaluation.every_steps");
    put(parameters, "val_tokens", "data.validation_tokens");
    put(parameters, "block_optimizer", "optimizer.name");
    put(parameters, "precision", "training.precision");
    return parameters;
  }

  private Map<String, Object> modelConfig() {
    Map<String, Object> model = new LinkedHashMap<>();
    put(model, "vocab_size", "model.vocabulary");
    put(model, "n_layer", "model.layers");
    put(model, "n_head", "model.heads");
    put(model, "n_embd", "model.dim");
    below("model").forEach(model::putIfAbsent);
    return model;
  }

  /** The tied embedding's under {@code lm_head}, the blocks' under {@code transformer}. */
  private Map<String, Object> optimizerConfigs() {
    Map<String, Object> rest = below("optimizer.rest");
    Map<String, Object> blocks = below("optimizer");
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("type", rest.isEmpty() ? blocks.get("name") : "AdamW");
    head.putAll(rest.isEmpty() ? blocks : rest);
    Map<String, Object> transformer = new LinkedHashMap<>();
    transformer.put("type", blocks.get("name"));
    transformer.putAll(blocks);
    Map<String, Object> configs = new LinkedHashMap<>();
    configs.put("lm_head", head);
    configs.put("transformer", transformer);
    return configs;
  }

  /** The values directly below a path, by their last names. */
  private Map<String, Object> below(String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    record
        .spec()
        .settings()
        .values()
        .forEach((name, value) -> {
          String last = name.substring(name.lastIndexOf('.') + 1);
          if (name.equals(path + "." + last)) {
            values.put(last, value);
          }
        });
    return values;
  }

  private void put(Map<String, Object> into, String key, String... paths) {
    for (String path : paths) {
      Object value = record.spec().settings().values().get(path);
      if (value != null) {
        into.put(key, value);
        return;
      }
    }
  }

  private Map<String, Object> trainingData() {
    List<Evaluation> looks = run.looks();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("train_losses", JsonNumbers.list(run.steps(), s -> s.value(Metric.LOSS)));
    data.put("train_steps", run.steps().stream().map(Evaluation::step).toList());
    data.put("val_losses", JsonNumbers.list(looks, run::loss));
    data.put(
        "train_times_ms", JsonNumbers.list(looks, e -> OptionalDouble.of(1000 * e.trainSeconds())));
    data.put("steps", looks.stream().map(Evaluation::step).toList());
    return data;
  }

  /** {@code log.txt}. */
  String text() {
    StringBuilder text = new StringBuilder();
    section(text, "EXPERIMENT METADATA");
    line(text, "Run ID: " + record.spec().id());
    line(text, "Experiment: " + record.spec().experiment());
    line(text, "Problem: " + record.spec().problem());
    line(text, "Arm: " + record.spec().arm());
    started().ifPresent(at -> line(text, "Start Time: " + at));
    line(text, "Random Seed: " + record.spec().seed());
    line(text, "DDP World Size: " + facts.getOrDefault("world_size", "1"));
    section(text, "HYPERPARAMETERS");
    record.spec().settings().values().forEach((key, value) -> line(text, key + ": " + value));
    section(text, "MODEL CONFIGURATION");
    modelConfig().forEach((key, value) -> line(text, key + ": " + value));
    section(text, "OPTIMIZER CONFIGURATIONS");
    optimizerConfigs().forEach((part, values) -> line(text, part + ": " + values));
    record.groups().forEach(group -> line(text, group));
    section(text, "TRAINING CODE");
    line(text, code());
    source().ifPresent(file -> line(text, file.stripTrailing()));
    section(text, "MACHINE");
    machine(text);
    section(text, "TRAINING LOG");
    lines().forEach(one -> line(text, one));
    text.append('\n');
    section(text, "FINAL RESULTS");
    results(text);
    return text.toString();
  }

  private String code() {
    return "Steepest, commit "
        + facts.getOrDefault("steepest.commit", "unknown")
        + ("true".equals(facts.get("steepest.dirty")) ? " with uncommitted changes" : "")
        + "; what it was asked to do:";
  }

  private void machine(StringBuilder text) {
    facts.forEach((name, value) -> {
      if (!name.equals("nvidia-smi")) {
        line(text, name + ": " + value);
      }
    });
    Optional.ofNullable(facts.get("nvidia-smi"))
        .ifPresent(smi -> line(text, "nvidia-smi:\n" + smi));
  }

  /** Training and validation lines in the order in which they came about. */
  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<Evaluation> looks = run.looks();
    int next = 0;
    for (Evaluation step : run.steps()) {
      for (; next < looks.size() && looks.get(next).step() < step.step(); next++) {
        lines.add(line(looks.get(next), "val_loss", run.loss(looks.get(next))));
      }
      lines.add(line(step, "train_loss", step.value(Metric.LOSS)));
    }
    for (; next < looks.size(); next++) {
      lines.add(line(looks.get(next), "val_loss", run.loss(looks.get(next))));
    }
    return lines;
  }

  private String line(Evaluation at, String name, OptionalDouble loss) {
    double ms = 1000 * at.trainSeconds();
    return String.format(
        Locale.ROOT,
        "step:%d/%d %s:%.4f train_time:%.0fms step_avg:%.2fms",
        at.step(),
        run.planned(),
        name,
        loss.orElse(Double.NaN),
        ms,
        ms / Math.max(1, at.step()));
  }

  private void results(StringBuilder text) {
    Double memory = peakMemory();
    if (memory != null) {
      line(text, String.format(Locale.ROOT, "Peak memory consumption: %.0f MiB", memory));
    }
    run.finalTrainLoss()
        .ifPresent(v -> line(text, String.format(Locale.ROOT, "Final training loss: %.4f", v)));
    run.finalLoss()
        .ifPresent(v -> line(text, String.format(Locale.ROOT, "Final validation loss: %.4f", v)));
    run.seconds()
        .ifPresent(s ->
            line(
                text,
                String.format(Locale.ROOT, "Total training time: %.0f ms (%.2f s)", 1000 * s, s)));
    record.results().forEach((name, value) -> line(text, name + ": " + value));
    record
        .outcome()
        .ifPresent(o ->
            line(
                text,
                "Outcome: "
                    + o.status().name().toLowerCase(Locale.ROOT)
                    + (o.reason().isEmpty() ? "" : ", " + o.reason())));
  }

  private Double peakMemory() {
    Double bytes = JsonNumbers.of(record.last(Metric.PEAK_MEMORY_BYTES));
    return bytes == null ? null : bytes / MIB;
  }

  private static Double milliseconds(OptionalDouble seconds) {
    Double known = JsonNumbers.of(seconds);
    return known == null ? null : 1000 * known;
  }

  /** When its first line was logged. */
  private Optional<String> started() {
    return RecordLog.begun(record.folder()).map(Instant::toString);
  }

  private Optional<String> ended() {
    return record.outcome().map(o -> o.at().toString());
  }

  /** The experiment file that asked for it, as it was sealed beside the run. */
  private Optional<String> source() {
    Path study = record.folder().toAbsolutePath().getParent();
    try {
      return study == null ? Optional.empty() : StudySeal.read(study).flatMap(StudySeal::source);
    } catch (RecordException _) {
      return Optional.empty(); // whoever reads the study is told
    }
  }

  private static void section(StringBuilder text, String title) {
    line(text, RULE);
    line(text, title);
    line(text, RULE);
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
