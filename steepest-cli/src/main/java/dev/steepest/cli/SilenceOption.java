package dev.steepest.cli;

import dev.steepest.study.sweep.StoreOptions;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How long a worker of a sweep may be silent before its trial is given to another. */
final class SilenceOption {
  /** Assumed: six signs of life within the silence, so that a busy machine may miss some. */
  private static final int BEATS = 6;

  @Option(
      names = "--silence",
      paramLabel = "SECONDS",
      description =
          "A worker that is silent so long is dead, and its trial another's (default: 60); all agents of a sweep need the same.")
  private long seconds = StoreOptions.DEFAULT.silence().toSeconds();

  StoreOptions applied(StoreOptions options) {
    if (seconds < 1) {
      throw new UserError("--silence %d is out of range; allowed: 1 or more.".formatted(seconds));
    }
    Duration silence = Duration.ofSeconds(seconds);
    return options.withSilence(silence.dividedBy(BEATS), silence);
  }

  /** The same for another process. */
  List<String> again() {
    return List.of("--silence", Long.toString(seconds));
  }
}
