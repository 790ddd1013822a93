package dev.steepest.study.track;

import dev.steepest.study.track.MlflowException.Away;
import dev.steepest.study.track.MlflowException.Refused;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls of MLflow's REST interface, version 2.0, that runs need. Every call throws {@link
 * MlflowException}.
 */
final class MlflowClient implements AutoCloseable {
  /** Items that one call may hold, by MLflow's documentation. */
  static final int METRICS_A_CALL = 1000;

  static final int PARAMETERS_A_CALL = 100;

  /** Assumed: a server that is there answers within these. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final Duration ANSWER = Duration.ofSeconds(30);

  private static final String API = "/api/2.0/mlflow/";
  private static final String MISSING = "RESOURCE_DOES_NOT_EXIST";
  private static final String EXISTS = "RESOURCE_ALREADY_EXISTS";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int REQUEST_TIMEOUT = 408;

  /** Not a number and infinities in quotes, as protocol buffers want them in JSON. */
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final MlflowServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  MlflowClient(MlflowServer server) {
    this.server = server;
  }

  /** A value of a metric; several may have one place. */
  record Metric(String key, Object value, long timestamp, long step) {}

  /** A parameter or tag. */
  record Entry(String key, String value) {}

  /** The id of the experiment called {@code name}, which is made if there is none. */
  String experiment(String name) {
    String query = "experiments/get-by-name?experiment_name=" + encoded(name);
    try {
      return get(query).at("/experiment/experiment_id").asString();
    } catch (Refused e) {
      if (!e.code().equals(MISSING)) {
        throw e;
      }
    }
    try {
      return post("experiments/create", Map.of("name", name)).path("experiment_id").asString();
    } catch (Refused e) {
      if (e.code().equals(EXISTS)) { // another process was faster
        return get(query).at("/experiment/experiment_id").asString();
      }
      throw e;
    }
  }

  /** Makes a run and gives its id. */
  String create(String experiment, String name, long startTime, List<Entry> tags) {
    JsonNode answer =
        post(
            "runs/create",
            Map.of(
                "experiment_id", experiment,
                "run_name", name,
                "start_time", startTime,
                "tags", tags));
    return answer.at("/run/info/run_id").asString();
  }

  /** The id of a run of {@code experiment} that has the tag, if there is one. */
  Optional<String> find(String experiment, Entry tag) {
    JsonNode answer =
        post(
            "runs/search",
            Map.of(
                "experiment_ids", List.of(experiment),
                "filter", "tags.%s = '%s'".formatted(tag.key(), tag.value()),
                "max_results", 1));
    JsonNode id = answer.at("/runs/0/info/run_id");
    return id.isMissingNode() ? Optional.empty() : Optional.of(id.asString());
  }

  /** Adds to a run; the same items once more change nothing. */
  void log(String run, List<Metric> metrics, List<Entry> parameters, List<Entry> tags) {
    post(
        "runs/log-batch",
        Map.of("run_id", run, "metrics", metrics, "params", parameters, "tags", tags));
  }

  void running(String run) {
    post("runs/update", Map.of("run_id", run, "status", "RUNNING"));
  }

  /**
   * @param status {@code FINISHED}, {@code FAILED} or {@code KILLED}
   */
  void ended(String run, String status, long endTime) {
    post("runs/update", Map.of("run_id", run, "status", status, "end_time", endTime));
  }

  private JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  private JsonNode post(String path, Map<String, ?> body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + API + path)).timeout(ANSWER);
    server.authorization().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode send(HttpRequest request) {
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString());
    } catch (ConnectException _) {
      throw new Away("no connection", Optional.empty());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new Away(reason, Optional.empty());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Away("interrupted", Optional.empty());
    }
    int status = response.statusCode();
    if (status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT) {
      throw new Away("answers " + status, retryAfter(response));
    }
    JsonNode answer = json(response);
    if (status / 100 == 2) {
      return answer;
    }
    String code = answer.path("error_code").asString("");
    throw new Refused(
        "%s %s: %d %s %s%s"
            .formatted(
                request.method(),
                request.uri().getPath(),
                status,
                code,
                answer.path("message").asString(""),
                status == 401 || status == 403
                    ? "; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
                    : ""),
        code);
  }

  private JsonNode json(HttpResponse<String> response) {
    try {
      JsonNode answer = JSON.readTree(response.body());
      if (answer.isObject() || response.statusCode() / 100 != 2) {
        return answer;
      }
    } catch (JacksonException e) {
      if (response.statusCode() / 100 != 2) {
        return JSON.createObjectNode();
      }
    }
    throw new Refused("does not answer as an MLflow server does; is the address right?", "");
  }

  /** In seconds; a date is not understood and does not count. */
  private static Optional<Duration> retryAfter(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
