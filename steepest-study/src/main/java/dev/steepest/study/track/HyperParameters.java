package dev.steepest.study.track;

import dev.steepest.study.record.Outcome;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The messages by which TensorBoard's HPARAMS page knows a run: one with its settings at the
 * beginning, one with its state at the end. Source: {@code
 * tensorboard/plugins/hparams/plugin_data.proto}.
 */
final class HyperParameters {
  static final String PLUGIN = "hparams";
  static final String START = "_hparams_/session_start_info";
  static final String END = "_hparams_/session_end_info";

  /** Of {@code tensorboard.hparams.Status}. */
  private static final int SUCCESS = 1;

  private static final int FAILURE = 2;

  private HyperParameters() {}

  /** Every setting by its dotted path, and the seed. */
  static Message start(TrackedRun run, Instant at) {
    SortedMap<String, Object> values = new TreeMap<>(run.spec().settings().values());
    values.put("seed", run.spec().seed());
    Message info = new Message();
    values.forEach(
        (name, value) -> info.with(1, new Message().text(1, name).with(2, value(value))));
    info.text(4, run.spec().id()).real(5, seconds(at));
    return new Message().with(3, info);
  }

  static Message end(Outcome outcome) {
    int status = Endings.failed(outcome) ? FAILURE : SUCCESS;
    return new Message().with(4, new Message().whole(1, status).real(2, seconds(outcome.at())));
  }

  /** A {@code google.protobuf.Value}. */
  private static Message value(Object value) {
    return switch (value) {
      case Number number -> new Message().real(2, number.doubleValue());
      case Boolean flag -> new Message().whole(4, flag ? 1 : 0);
      default -> new Message().text(3, value.toString());
    };
  }

  private static double seconds(Instant at) {
    return at.toEpochMilli() / 1000.0;
  }
}
