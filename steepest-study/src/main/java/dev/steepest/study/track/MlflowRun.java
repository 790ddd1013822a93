package dev.steepest.study.track;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.track.MlflowClient.Entry;
import dev.steepest.study.track.MlflowClient.Metric;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * One run on its way to an MLflow server. Rows wait here until the server has confirmed them; what
 * it has confirmed is not sent again, also where the run goes on from an earlier checkpoint, as a
 * server takes nothing back.
 */
final class MlflowRun implements Tracking {
  private final TrackedRun run;
  private final InstantSource clock;
  private final Consumer<MlflowRun> courier;
  private final Consumer<String> log;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private Optional<Ending> ending = Optional.empty();
  private MlflowState state;
  private int evaluations;
  private int steps;
  private long lastStep;
  private long lastPlace;
  private Optional<String> refused = Optional.empty();

  /**
   * A row that was not told yet.
   *
   * @param evaluations of the run with this row
   * @param steps of the run with this row
   */
  private record Waiting(List<Metric> metrics, int evaluations, int steps) {}

  private record Ending(Outcome outcome, List<Metric> results) {}

  /**
   * @param state what the server has confirmed before
   * @param courier is called whenever there is something to send, which it does when it can
   */
  MlflowRun(
      TrackedRun run,
      MlflowState state,
      InstantSource clock,
      Consumer<MlflowRun> courier,
      Consumer<String> log) {
    this.run = run;
    this.state = state;
    this.clock = clock;
    this.courier = courier;
    this.log = log;
    Row.inOrder(run.evaluations(), run.steps()).forEach(row -> take(row, run.dated(row.at())));
  }

  @Override
  public void evaluated(Evaluation row) {
    take(new Row(Row.Kind.EVALUATION, row), clock.instant());
    courier.accept(this);
  }

  @Override
  public void stepped(Evaluation row) {
    take(new Row(Row.Kind.STEP, row), clock.instant());
    courier.accept(this);
  }

  @Override
  public void ends(Outcome outcome, SortedMap<String, Double> results) {
    synchronized (this) {
      long place = run.axis() == TrackedRun.Axis.STEPS ? lastStep : lastPlace;
      ending = Optional.of(new Ending(outcome, metrics(results, outcome.at(), place)));
    }
    courier.accept(this);
  }

  @Override
  public void close() {}

  private synchronized void take(Row row, Instant at) {
    boolean look = row.kind() == Row.Kind.EVALUATION;
    evaluations += look ? 1 : 0;
    steps += look ? 0 : 1;
    lastStep = row.at().step();
    lastPlace = look ? run.place(row.at()) : lastPlace;
    boolean told = look ? evaluations <= state.evaluations() : steps <= state.steps();
    if (!told && refused.isEmpty()) {
      waiting.add(
          new Waiting(
              metrics(row.at().values(), at, look ? lastPlace : lastStep), evaluations, steps));
    }
  }

  private static List<Metric> metrics(SortedMap<String, Double> values, Instant at, long place) {
    return values.entrySet().stream()
        .map(v -> new Metric(Names.key(v.getKey()), v.getValue(), at.toEpochMilli(), place))
        .toList();
  }

  /** Sends what waits; what was confirmed before a failure is not sent again. */
  void send(MlflowClient client) {
    if (!state.described()) {
      describe(client);
    }
    for (List<Waiting> batch = batch(); !batch.isEmpty(); batch = batch()) {
      reopen(client);
      List<Metric> metrics = batch.stream().flatMap(row -> row.metrics().stream()).toList();
      client.log(state.run(), metrics, List.of(), List.of());
      confirm(batch);
    }
    Optional<Ending> last = ending();
    if (last.isPresent()) {
      Ending end = last.get();
      String status = status(end.outcome());
      client.log(state.run(), end.results(), List.of(), MlflowText.tags(end.outcome()));
      client.ended(state.run(), status, end.outcome().at().toEpochMilli());
      note(state.withStatus(status));
      over();
    }
  }

  private void describe(MlflowClient client) {
    boolean tried = MlflowState.read(run.folder(), state.server(), state.experiment()).isPresent();
    note(state); // with its token, before the server can have heard of it
    String experiment = client.experiment(state.experiment());
    if (state.run().isEmpty()) {
      Optional<String> made = tried ? client.find(experiment, state.tag()) : Optional.empty();
      List<Entry> tags = new ArrayList<>(MlflowText.tags(run));
      tags.add(state.tag());
      String name = run.spec().arm() + " · seed " + run.spec().seed();
      note(
          state.asRun(
              made.orElseGet(
                  () -> client.create(experiment, name, run.zero().toEpochMilli(), tags))));
    }
    List<Entry> all = MlflowText.parameters(run);
    for (int from = 0; from < all.size(); from += MlflowClient.PARAMETERS_A_CALL) {
      int to = Math.min(all.size(), from + MlflowClient.PARAMETERS_A_CALL);
      client.log(state.run(), List.of(), all.subList(from, to), List.of());
    }
    note(state.asDescribed());
  }

  /** A run that was stopped goes on. */
  private void reopen(MlflowClient client) {
    if (!state.status().equals(MlflowState.RUNNING)) {
      client.running(state.run());
      note(state.withStatus(MlflowState.RUNNING));
    }
  }

  /** As many of the next rows as one call may hold, and at least one. */
  private synchronized List<Waiting> batch() {
    List<Waiting> batch = new ArrayList<>();
    int metrics = 0;
    for (Waiting row : waiting) {
      metrics += row.metrics().size();
      if (metrics > MlflowClient.METRICS_A_CALL && !batch.isEmpty()) {
        break;
      }
      batch.add(row);
    }
    return batch;
  }

  private void confirm(List<Waiting> batch) {
    synchronized (this) {
      batch.forEach(row -> waiting.removeFirst());
    }
    Waiting last = batch.getLast();
    note(
        state.withRows(
            Math.max(state.evaluations(), last.evaluations()),
            Math.max(state.steps(), last.steps())));
  }

  private synchronized Optional<Ending> ending() {
    return waiting.isEmpty() ? ending : Optional.empty();
  }

  private void note(MlflowState now) {
    synchronized (this) {
      state = now;
    }
    now.write(run.folder());
  }

  private static String status(Outcome outcome) {
    if (Endings.stopped(outcome)) {
      return "KILLED";
    }
    return Endings.failed(outcome) ? "FAILED" : "FINISHED";
  }

  /** Whether nothing waits. */
  synchronized boolean done() {
    return waiting.isEmpty() && ending.isEmpty() && state.described();
  }

  private synchronized void over() {
    ending = Optional.empty();
  }

  /** The server will have none of it. */
  void refuse(String reason) {
    synchronized (this) {
      refused = Optional.of(reason);
      waiting.clear();
      ending = Optional.empty();
    }
    log("mlflow: " + reason);
  }

  synchronized Optional<String> refused() {
    return refused;
  }

  void log(String line) {
    log.accept(line);
  }

  String name() {
    return run.folder().getFileName().toString();
  }

  /** Rows that wait. */
  synchronized int rows() {
    return waiting.size();
  }
}
