package dev.steepest.study.track;

import dev.steepest.study.track.MlflowClient.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server has confirmed of a run: the file {@code mlflow.told} in its record.
 *
 * @param server its address
 * @param experiment by name
 * @param token a tag of the run, by which it is found where the answer to its making was lost
 * @param run the server's id of it; empty before it is known
 * @param described whether settings and tags are told
 * @param evaluations rows told
 * @param steps rows told
 * @param status as MLflow has it: {@code RUNNING}, {@code FINISHED}, {@code FAILED}, {@code KILLED}
 */
record MlflowState(
    String server,
    String experiment,
    String token,
    String run,
    boolean described,
    int evaluations,
    int steps,
    String status) {
  static final String RUNNING = "RUNNING";
  private static final String FILE = "mlflow.told";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  static MlflowState nothing(String server, String experiment) {
    String token = UUID.randomUUID().toString();
    return new MlflowState(server, experiment, token, "", false, 0, 0, RUNNING);
  }

  /** Of the run in {@code folder}; empty where it was told to another server, or none. */
  static Optional<MlflowState> read(Path folder, String server, String experiment) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      MlflowState state = JSON.readValue(Files.readString(file), MlflowState.class);
      return Optional.of(state)
          .filter(s -> s.server.equals(server) && s.experiment.equals(experiment));
    } catch (JacksonException _) {
      return Optional.empty(); // somebody's edit; the run is told anew
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  void write(Path folder) {
    AppendFile.replace(folder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
  }

  Entry tag() {
    return new Entry("steepest_token", token);
  }

  MlflowState asRun(String id) {
    return new MlflowState(server, experiment, token, id, described, evaluations, steps, status);
  }

  MlflowState asDescribed() {
    return new MlflowState(server, experiment, token, run, true, evaluations, steps, status);
  }

  MlflowState withRows(int looks, int rows) {
    return new MlflowState(server, experiment, token, run, described, looks, rows, status);
  }

  MlflowState withStatus(String now) {
    return new MlflowState(server, experiment, token, run, described, evaluations, steps, now);
  }
}
