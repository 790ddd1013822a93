package dev.steepest.cli;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.distributed.PeerException;
import dev.steepest.lab.distributed.WorldException;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.record.RecordException;
import dev.steepest.study.sweep.StoreException;
import java.io.UncheckedIOException;

/**
 * What went wrong, as a person should read it.
 *
 * @param code 2 for a mistake in the input, 1 for a failure
 */
record Failure(String message, int code, Throwable cause) {
  private static final int FAILURE = 1;
  private static final int MISTAKE = 2;

  static Failure of(Throwable cause) {
    return switch (cause) {
      case UserError e -> new Failure(e.getMessage(), MISTAKE, e);
      case ProblemsException e -> new Failure(e.getMessage(), MISTAKE, e);
      case DataException e -> new Failure(e.getMessage(), MISTAKE, e);
      case StoreException e ->
          new Failure(
              e.getMessage(), e.kind() == StoreException.Kind.MISTAKE ? MISTAKE : FAILURE, e);
      case RecordException e -> new Failure(e.getMessage(), MISTAKE, e);
      case WorldException e -> new Failure(e.getMessage(), MISTAKE, e);
      case PeerException e -> new Failure(e.getMessage(), FAILURE, e);
      case UncheckedIOException e -> new Failure(e.getMessage(), FAILURE, e);
      case OutOfMemoryError e ->
          new Failure("Out of memory: " + e.getMessage() + ". Reduce training.batch.", FAILURE, e);
      default ->
          new Failure("Failure: " + firstLine(cause) + " (--debug shows where)", FAILURE, cause);
    };
  }

  /** Errors of libtorch carry native frames after their first line. */
  private static String firstLine(Throwable cause) {
    String message =
        cause.getMessage() == null ? "" : cause.getMessage().lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
  }

  int report(Console console, boolean debug) {
    if (code == MISTAKE) {
      console.mistake(message);
    } else {
      console.note(message);
    }
    if (debug) {
      cause.printStackTrace(console.err());
      console.err().flush();
    }
    return code;
  }
}
