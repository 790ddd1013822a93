package dev.steepest.cli;

import dev.steepest.lab.data.text.prepare.PreparationProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows how fast text becomes tokens and how long it still takes: on a terminal as a line that
 * rewrites itself, else as a line every half minute.
 */
final class PreparationMeter implements PreparationProgress {
  private static final long SHOW_NANOS = Duration.ofMillis(200).toNanos();
  private static final long NOTE_NANOS = Duration.ofSeconds(30).toNanos();

  private final Console console;
  private final long start = System.nanoTime();
  private long shown = start;
  private long firstBytes = -1;
  private long tokens;

  PreparationMeter(Console console) {
    this.console = console;
  }

  @Override
  public void kept(int shards) {
    if (shards > 0) {
      console.note("%d finished shards are kept; going on behind them".formatted(shards));
    }
  }

  @Override
  public void finished(Path shard, int count) {
    console.note(String.format(Locale.ROOT, "%s  %,d tokens", shard.getFileName(), count));
  }

  @Override
  public void update(long bytes, long total, long tokens) {
    this.tokens = tokens;
    firstBytes = firstBytes < 0 ? bytes : firstBytes;
    long now = System.nanoTime();
    if (now - shown < (console.terminal() ? SHOW_NANOS : NOTE_NANOS)) {
      return;
    }
    shown = now;
    String line = line(bytes - firstBytes, bytes, total, (now - start) / 1e9);
    if (console.terminal()) {
      console.show(line);
    } else {
      console.note(line);
    }
  }

  private String line(long done, long bytes, long total, double seconds) {
    double rate = done / seconds;
    return String.format(
        Locale.ROOT,
        "%.1f of %.1f MB  %,d tokens  %,.0f tokens/s  %.1f MB/s of input  %s",
        bytes / 1e6,
        total / 1e6,
        tokens,
        tokens / seconds,
        rate / 1e6,
        rate > 0 ? left((long) ((total - bytes) / rate)) : "");
  }

  private static String left(long seconds) {
    return "%d:%02d:%02d left".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** What was done, and how fast. */
  String summary() {
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT, "%,d tokens in %.1f s, %,.0f tokens/s", tokens, seconds, tokens / seconds);
  }
}
