package dev.steepest.lab.train;

import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.Team;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * The state of a run at the border between two steps: all that is needed to go on to the same bits.
 * One safetensors file; network tensors are named {@code network/NAME}, the optimizer's {@code
 * optimizer/NAME}, the objective's {@code objective/NAME}, the best weights {@code watch/NAME};
 * numbers stand in its metadata.
 *
 * @param network parameters and buffers by name
 * @param optimizer the optimizer's state by name
 * @param objective what the objective has learned, by name
 * @param position where the run stands
 * @param dataSeconds in which batches were waited for
 * @param sums since the last evaluation
 * @param scaler of fp16 losses
 * @param watch what decisions on the way rest on
 * @param identity what the run must have in common with one that resumes it
 */
record Checkpoint(
    Map<String, Tensor> network,
    Map<String, Tensor> optimizer,
    Map<String, Tensor> objective,
    Position position,
    double dataSeconds,
    Sums sums,
    LossScaler.State scaler,
    Watch watch,
    String identity) {
  private static final String NETWORK = "network/";
  private static final String OPTIMIZER = "optimizer/";
  private static final String OBJECTIVE = "objective/";
  private static final String DATA_SECONDS = "data_seconds";
  private static final String WATCH = "watch/";
  private static final String FORMAT = "steepest-checkpoint-3";
  private static final String CHECKSUM = "crc32c";

  /**
   * What is under way between two evaluations.
   *
   * @param sums of losses and hits
   * @param trainSeconds training clock at the last evaluation
   */
  record Sums(TrainingMeter.Sums sums, double trainSeconds) {}

  /**
   * What is remembered of looks.
   *
   * @param memory by names that no other number of a checkpoint has; empty where nothing is watched
   * @param weights the best so far, by name; empty where none are kept
   */
  record Watch(SortedMap<String, String> memory, Map<String, Tensor> weights) {}

  /** Replaces the file as a whole or, on any failure, not at all. */
  void write(Path file) {
    var tensors = new LinkedHashMap<String, Tensor>();
    network.forEach((name, tensor) -> tensors.put(NETWORK + name, tensor));
    optimizer.forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor));
    objective.forEach((name, tensor) -> tensors.put(OBJECTIVE + name, tensor));
    watch.weights.forEach((name, tensor) -> tensors.put(WATCH + name, tensor));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      SortedMap<String, String> metadata = metadata();
      metadata.put(CHECKSUM, TensorChecksum.of(tensors));
      Safetensors.save(file, tensors, metadata);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write the checkpoint "
              + file
              + ": "
              + e.getMessage()
              + ". The one before is untouched.",
          e);
    }
  }

  private SortedMap<String, String> metadata() {
    var values = new TreeMap<String, String>();
    values.put("format", FORMAT);
    values.put("identity", identity);
    values.put("epoch", Long.toString(position.epoch()));
    values.put("batch", Long.toString(position.batch()));
    values.put("step", Long.toString(position.step()));
    values.put("samples", Long.toString(position.samples()));
    values.put("train_seconds", Double.toString(position.trainSeconds()));
    values.put("eval_seconds", Double.toString(position.evalSeconds()));
    values.put(DATA_SECONDS, Double.toString(dataSeconds));
    values.put("loss_sum", Double.toString(sums.sums().losses()));
    values.put("hits", Double.toString(sums.sums().hits()));
    values.put("loss_samples", Long.toString(sums.sums().items()));
    values.put("loss_since", Double.toString(sums.trainSeconds()));
    values.put("loss_scale", Double.toString(scaler.scale()));
    values.put("loss_scale_steps", Integer.toString(scaler.goodSteps()));
    watch.memory.forEach((name, value) -> values.put(WATCH + name, value));
    return values;
  }

  /** How far a checkpoint has come; its tensors are not read. */
  static Position position(Path file) {
    try {
      return new Content(file, Safetensors.metadata(file), Map.of()).position();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads a checkpoint; its tensors belong to the caller's scope. */
  static Checkpoint read(Path file) {
    return Content.of(file).checkpoint();
  }

  /**
   * Reads a checkpoint in rank 0 and gives it to everybody: the network whole, of the optimizer
   * what a member keeps.
   */
  static Checkpoint read(Path file, Dealing together) {
    Team team = together.team();
    if (team.size() == 1) {
      return read(file);
    }
    Optional<Content> content = Optional.empty();
    String trouble = "";
    if (team.leads()) {
      try {
        content = Optional.of(Content.of(file));
      } catch (UncheckedIOException | IllegalArgumentException e) {
        trouble = e.getMessage();
      }
    }
    String said = trouble;
    String common = team.textFromLeader(() -> said);
    if (!common.isEmpty()) {
      throw new IllegalArgumentException(common);
    }
    return Content.share(team, file, content, name -> isWanted(name, together)).checkpoint();
  }

  private static boolean isWanted(String name, Dealing together) {
    return !name.startsWith(OPTIMIZER) || together.keeps(name.substring(OPTIMIZER.length()));
  }

  /** What is in a file. */
  private record Content(Path file, Map<String, String> metadata, Map<String, Tensor> tensors) {
    static Content of(Path file) {
      try {
        Content content = new Content(file, Safetensors.metadata(file), Safetensors.load(file));
        String format = new Fields(file, content.metadata).text("format");
        if (!format.equals(FORMAT)) {
          throw new IllegalArgumentException(
              "%s is no checkpoint of this version: its format is '%s', expected '%s'."
                  .formatted(file, format, FORMAT));
        }
        String written = new Fields(file, content.metadata).text(CHECKSUM);
        String found = TensorChecksum.of(content.tensors);
        if (!found.equals(written)) {
          throw new IllegalArgumentException(
              "%s is damaged: its values have the checksum %s, but %s was written."
                  .formatted(file, found, written));
        }
        return content;
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot read the checkpoint " + file + ": " + e.getMessage(), e);
      }
    }

    /** Rank 0's; no value of the metadata has a line break. */
    static Content share(
        Team team, Path file, Optional<Content> leaders, Predicate<String> wanted) {
      String lines =
          team.textFromLeader(() ->
              leaders.orElseThrow().metadata.entrySet().stream()
                  .map(entry -> entry.getKey() + "=" + entry.getValue())
                  .collect(Collectors.joining("\n")));
      Map<String, String> metadata =
          lines
              .lines()
              .map(line -> line.split("=", 2))
              .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
      return new Content(
          file, metadata, team.tensorsFromLeader(() -> leaders.orElseThrow().tensors, wanted));
    }

    Position position() {
      Fields fields = new Fields(file, metadata);
      return new Position(
          fields.whole("epoch"),
          fields.whole("batch"),
          fields.whole("step"),
          fields.whole("samples"),
          fields.real("train_seconds"),
          fields.real("eval_seconds"));
    }

    Checkpoint checkpoint() {
      Fields fields = new Fields(file, metadata);
      return new Checkpoint(
          part(tensors, NETWORK),
          part(tensors, OPTIMIZER),
          part(tensors, OBJECTIVE),
          position(),
          Double.parseDouble(metadata.getOrDefault(DATA_SECONDS, "0")), // not written once
          new Sums(
              new TrainingMeter.Sums(
                  fields.real("loss_sum"), fields.real("hits"), fields.whole("loss_samples")),
              fields.real("loss_since")),
          new LossScaler.State(fields.real("loss_scale"), (int) fields.whole("loss_scale_steps")),
          new Watch(new TreeMap<>(part(metadata, WATCH)), part(tensors, WATCH)),
          fields.text("identity"));
    }
  }

  private static <V> Map<String, V> part(Map<String, V> all, String prefix) {
    var part = new LinkedHashMap<String, V>();
    all.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        part.put(name.substring(prefix.length()), value);
      }
    });
    return part;
  }

  /** The metadata of a file, with errors that name it. */
  private record Fields(Path file, Map<String, String> values) {
    String text(String key) {
      String value = values.get(key);
      if (value == null) {
        throw new IllegalArgumentException(
            "%s is no training checkpoint: its metadata has no '%s'.".formatted(file, key));
      }
      return value;
    }

    long whole(String key) {
      return Long.parseLong(text(key));
    }

    double real(String key) {
      return Double.parseDouble(text(key));
    }
  }
}
