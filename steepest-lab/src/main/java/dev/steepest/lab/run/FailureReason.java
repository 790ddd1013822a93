package dev.steepest.lab.run;

import dev.steepest.study.plan.RunSpec;
import java.util.Locale;

/** Says in a sentence why a run failed. */
final class FailureReason {
  private FailureReason() {}

  static String of(Throwable cause, RunSpec spec) {
    String message = firstLine(cause);
    if (isOutOfMemory(cause, message)) {
      return "out of memory at training.batch = %d with %s: lower the batch, or raise training.accumulation (%s)"
          .formatted(
              spec.settings().whole("training.batch"), spec.settings().text("model.name"), message);
    }
    return message;
  }

  private static boolean isOutOfMemory(Throwable cause, String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return cause instanceof OutOfMemoryError
        || text.contains("out of memory")
        || text.contains("can't allocate memory")
        || text.contains("not enough memory");
  }

  /** Errors of libtorch carry native frames after their first line. */
  private static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
  }
}
