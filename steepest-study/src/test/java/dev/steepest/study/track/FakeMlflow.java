package dev.steepest.study.track;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An MLflow server on this machine, as strict as the real one: by its documentation of the REST
 * interface, {@code mlflow/utils/validation.py} and the messages in {@code service.proto}.
 */
final class FakeMlflow implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern NAME = Pattern.compile("[/\\w.\\- ]{1,250}");
  private static final Pattern FILTER = Pattern.compile("tags\\.(\\w+) = '([^']*)'");

  /** What befalls a request. */
  enum Trouble {
    ANSWERS_500,
    ANSWERS_429,
    /** The connection ends before anything is done. */
    CUT_BEFORE,
    /** All is done, but the connection ends before the answer. */
    CUT_AFTER,
    ANSWERS_401,
    ANSWERS_HTML
  }

  /** A metric's value; the same once more is none. */
  record Point(String key, String value, long timestamp, long step) {}

  static final class Run {
    final Map<String, String> tags = new TreeMap<>();
    final Map<String, String> parameters = new TreeMap<>();
    final Set<String> points = new TreeSet<>();
    final List<Point> history = new ArrayList<>();
    final List<String> statuses = new ArrayList<>(List.of("RUNNING"));
    String name = "";
    long endTime;

    Map<Long, String> metric(String key) {
      Map<Long, String> values = new TreeMap<>();
      history.stream()
          .filter(p -> p.key().equals(key))
          .forEach(p -> values.put(p.step(), p.value()));
      return values;
    }
  }

  private final HttpServer server;
  final Map<String, String> experiments = new TreeMap<>();
  final Map<String, Run> runs = new TreeMap<>();
  final List<String> complaints = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  final List<String> authorizations = new ArrayList<>();
  final Queue<Trouble> troubles = new ArrayDeque<>();

  FakeMlflow() throws IOException {
    this(0);
  }

  /**
   * @param port 0 for a free one
   */
  FakeMlflow(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  /** What the server has kept, on another one. */
  FakeMlflow restarted() throws IOException {
    FakeMlflow again = new FakeMlflow(port());
    again.experiments.putAll(experiments);
    again.runs.putAll(runs);
    return again;
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    Trouble trouble = troubles.poll();
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (trouble == Trouble.CUT_BEFORE) {
      exchange.close();
      return;
    } else if (trouble == Trouble.ANSWERS_500 || trouble == Trouble.ANSWERS_429) {
      exchange.getResponseHeaders().add("Retry-After", "0");
      answer(exchange, trouble == Trouble.ANSWERS_500 ? 500 : 429, "<html>busy</html>");
      return;
    } else if (trouble == Trouble.ANSWERS_401) {
      answer(exchange, 401, "You are not authenticated.");
      return;
    } else if (trouble == Trouble.ANSWERS_HTML) {
      answer(exchange, 200, "<html>Welcome</html>");
      return;
    }
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    int status = 200;
    Object answer;
    try {
      String text = new String(body, StandardCharsets.UTF_8);
      answer = answer(exchange.getRequestMethod(), exchange.getRequestURI(), text);
    } catch (Refusal e) {
      status = e.status;
      answer = Map.of("error_code", e.code, "message", e.getMessage());
      if (!e.code.equals("RESOURCE_DOES_NOT_EXIST")) {
        complaints.add(e.getMessage());
      }
    } catch (RuntimeException e) {
      complaints.add(e.toString());
      status = 400;
      answer = Map.of("error_code", "BAD_REQUEST", "message", e.toString());
    }
    if (trouble == Trouble.CUT_AFTER) {
      exchange.close();
      return;
    }
    answer(exchange, status, JSON.writeValueAsString(answer));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;
    private final String code;

    Refusal(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  private Object answer(String method, URI uri, String body) {
    String call = method + " " + uri.getPath().replaceFirst("^/api/2.0/mlflow/", "");
    calls.add(call);
    JsonNode json = body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
    return switch (call) {
      case "GET experiments/get-by-name" -> experiment(uri.getQuery());
      case "POST experiments/create" -> {
        only(json, "name");
        if (experiments.containsKey(text(json, "name"))) {
          throw new Refusal(400, "RESOURCE_ALREADY_EXISTS", "experiment exists");
        }
        experiments.put(text(json, "name"), Integer.toString(experiments.size() + 1));
        yield Map.of("experiment_id", experiments.get(text(json, "name")));
      }
      case "POST runs/create" -> create(json);
      case "POST runs/search" -> search(json);
      case "POST runs/log-batch" -> log(json);
      case "POST runs/update" -> update(json);
      default -> throw new Refusal(404, "ENDPOINT_NOT_FOUND", call);
    };
  }

  private Object experiment(String query) {
    String name = query.replaceFirst("^experiment_name=", "");
    if (!experiments.containsKey(name)) {
      throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "no experiment " + name);
    }
    return Map.of("experiment", Map.of("experiment_id", experiments.get(name), "name", name));
  }

  private Object create(JsonNode json) {
    only(json, "experiment_id", "run_name", "start_time", "tags");
    if (!experiments.containsValue(text(json, "experiment_id"))) {
      throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "no experiment");
    }
    require(json.path("start_time").asLong() > 1_000_000_000_000L, "start_time in milliseconds");
    Run run = new Run();
    run.name = text(json, "run_name");
    run.tags.putAll(entries(json.path("tags"), 5000));
    String id = "%032x".formatted(runs.size() + 1);
    runs.put(id, run);
    return Map.of("run", Map.of("info", Map.of("run_id", id)));
  }

  private Object search(JsonNode json) {
    only(json, "experiment_ids", "filter", "max_results");
    Matcher filter = FILTER.matcher(text(json, "filter"));
    require(filter.matches(), "filter " + json.path("filter"));
    return runs.entrySet().stream()
        .filter(run -> filter.group(2).equals(run.getValue().tags.get(filter.group(1))))
        .findFirst()
        .<Object>map(run -> Map.of("runs", List.of(Map.of("info", Map.of("run_id", run.getKey())))))
        .orElse(Map.of());
  }

  private Object log(JsonNode json) {
    only(json, "run_id", "metrics", "params", "tags");
    Run run = run(json);
    require(json.path("metrics").size() <= 1000, "metrics " + json.path("metrics").size());
    require(json.path("params").size() <= 100, "params " + json.path("params").size());
    require(json.path("tags").size() <= 100, "tags " + json.path("tags").size());
    entries(json.path("params"), 500)
        .forEach((key, value) -> {
          String before = run.parameters.put(key, value);
          require(before == null || before.equals(value), key + " changes");
        });
    run.tags.putAll(entries(json.path("tags"), 5000));
    for (JsonNode metric : json.path("metrics")) {
      only(metric, "key", "value", "timestamp", "step");
      require(NAME.matcher(text(metric, "key")).matches(), "key " + metric.path("key"));
      JsonNode value = metric.path("value");
      require(
          value.isNumber() || Set.of("NaN", "Infinity", "-Infinity").contains(value.asString()),
          "value " + value);
      Point point =
          new Point(
              text(metric, "key"),
              value.asString(),
              metric.path("timestamp").asLong(),
              metric.path("step").asLong());
      if (run.points.add(point.toString())) {
        run.history.add(point);
      }
    }
    return Map.of();
  }

  private Object update(JsonNode json) {
    only(json, "run_id", "status", "end_time");
    Run run = run(json);
    String status = text(json, "status");
    require(Set.of("RUNNING", "FINISHED", "FAILED", "KILLED").contains(status), status);
    run.statuses.add(status);
    run.endTime = json.path("end_time").asLong(0);
    return Map.of("run_info", Map.of());
  }

  private Run run(JsonNode json) {
    Run run = runs.get(text(json, "run_id"));
    if (run == null) {
      throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "Run not found");
    }
    return run;
  }

  private static Map<String, String> entries(JsonNode list, int longest) {
    Map<String, String> entries = new HashMap<>();
    for (JsonNode entry : list) {
      only(entry, "key", "value");
      require(NAME.matcher(text(entry, "key")).matches(), "key " + entry.path("key"));
      require(entry.path("value").asString().length() <= longest, "long " + entry.path("key"));
      entries.put(text(entry, "key"), entry.path("value").asString());
    }
    return entries;
  }

  private static String text(JsonNode json, String field) {
    require(json.path(field).isString(), field + " is missing in " + json);
    return json.path(field).asString();
  }

  private static void only(JsonNode json, String... fields) {
    require(Set.of(fields).containsAll(json.propertyNames()), "unknown field in " + json);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new Refusal(400, "INVALID_PARAMETER_VALUE", what);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
