package dev.steepest.study.track;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * The records of a W&B run: header and run at its beginning, a history row for each of ours, a
 * summary after each look, summary and exit at its end. Source: {@code
 * wandb/proto/wandb_internal.proto}.
 */
final class WandbRun implements RunFile {
  // Fields of wandb_internal.Record.
  private static final int HISTORY = 2;
  private static final int SUMMARY = 3;
  private static final int FILES = 6;
  private static final int METRIC = 12;
  private static final int RUN = 17;
  private static final int EXIT = 18;
  private static final int HEADER = 21;

  private static final int KEY = 1;
  private static final int VALUE_JSON = 16;

  // What W&B shows as finished, failed and killed.
  private static final int FINISHED = 0;
  private static final int FAILED = 1;
  private static final int KILLED = 255;

  private final TrackedRun run;
  private final WandbLog log;
  private final WandbFiles files;
  private final Map<String, Object> summary = new LinkedHashMap<>();
  private final Set<String> defined = new HashSet<>();
  private long row;

  /**
   * @param told rows of {@code run} that {@code log} holds
   */
  WandbRun(TrackedRun run, WandbLog log, WandbFiles files, int told) {
    this.run = run;
    this.log = log;
    this.files = files;
    Row.inOrder(run.evaluations(), run.steps()).stream()
        .limit(told)
        .forEach(past -> summary.putAll(values(past, run.dated(past.at()))));
  }

  /** Says what run this is. */
  void begin(WandbPlace place) {
    RunSpec spec = run.spec();
    log.add(HEADER, new Message());
    Message about = new Message().text(1, spec.id());
    place.entity().ifPresent(entity -> about.text(2, entity));
    about.text(3, place.project(spec));
    Message config = new Message();
    WandbFiles.config(run)
        .forEach((key, value) ->
            config.with(1, new Message().text(1, key).text(VALUE_JSON, Json.text(value))));
    about.with(4, config);
    about.text(6, run.sweep().orElse(spec.problem() + " · " + spec.arm()));
    about.text(8, spec.arm() + " · seed " + spec.seed());
    for (String tag : List.of(spec.problem(), spec.arm())) {
      about.text(10, WandbPlace.tag(tag));
    }
    place.sweep().ifPresent(id -> about.text(12, id));
    about.with(17, timestamp(run.zero()));
    log.add(RUN, about);
    Message listed = new Message();
    WandbFiles.NAMES.forEach(name -> listed.with(1, new Message().text(1, name).whole(2, 1)));
    log.add(FILES, listed);
  }

  @Override
  public void add(Row row, Instant at) {
    Map<String, Object> values = values(row, at);
    for (String key : row.at().values().keySet()) {
      define(Names.key(key), axis(row.kind()));
    }
    log.add(HISTORY, items(values).with(2, new Message().whole(1, this.row - 1)));
    summary.putAll(values);
    if (row.kind() == Row.Kind.EVALUATION) {
      summarise();
    }
  }

  /** The row as W&B has it; its number is counted. */
  private Map<String, Object> values(Row row, Instant at) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("_step", this.row++);
    values.put("_timestamp", at.toEpochMilli() / 1000.0);
    values.put("_runtime", Duration.between(run.zero(), at).toMillis() / 1000.0);
    values.put("epoch", number(row.at().epoch()));
    values.put("step", row.at().step());
    values.put("samples", row.at().samples());
    values.put("train_seconds", row.at().trainSeconds());
    values.put("eval_seconds", row.at().evalSeconds());
    row.at().values().forEach((metric, value) -> values.put(Names.key(metric), number(value)));
    return values;
  }

  private String axis(Row.Kind kind) {
    return kind == Row.Kind.EVALUATION && run.axis() == TrackedRun.Axis.EPOCHS ? "epoch" : "step";
  }

  /** Says what a chart of {@code key} has as its horizontal axis. */
  private void define(String key, String axis) {
    if (defined.add(key)) {
      log.add(METRIC, new Message().text(1, key).text(4, axis).with(6, new Message().whole(3, 1)));
    }
  }

  @Override
  public void end(Outcome outcome, SortedMap<String, Double> results) {
    results.forEach((metric, value) -> summary.put(Names.key(metric), number(value)));
    summary.put("outcome", outcome.status().name().toLowerCase(Locale.ROOT));
    if (!outcome.reason().isEmpty()) {
      summary.put("reason", outcome.reason());
    }
    summarise();
    int code = Endings.stopped(outcome) ? KILLED : Endings.failed(outcome) ? FAILED : FINISHED;
    long seconds = Math.max(0, Duration.between(run.zero(), outcome.at()).toSeconds());
    log.add(EXIT, new Message().whole(1, code).whole(2, seconds));
  }

  private void summarise() {
    log.add(SUMMARY, items(summary));
    files.summary(summary);
  }

  /** Values as the items of a history or summary record. */
  private static Message items(Map<String, Object> values) {
    Message items = new Message();
    values.forEach((key, value) ->
        items.with(1, new Message().text(KEY, key).text(VALUE_JSON, Json.text(value))));
    return items;
  }

  /** Whole numbers without a point, as W&B has epochs. */
  private static Object number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? (Object) (long) value : value;
  }

  private static Message timestamp(Instant at) {
    return new Message().whole(1, at.getEpochSecond()).whole(2, at.getNano());
  }

  @Override
  public Ledger.Extent extent() {
    return log.extent();
  }

  @Override
  public void close() {
    log.close();
  }
}
