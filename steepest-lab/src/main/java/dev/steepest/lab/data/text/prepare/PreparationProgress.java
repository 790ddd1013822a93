package dev.steepest.lab.data.text.prepare;

import java.nio.file.Path;

/** Is told how a preparation goes on, on the thread that prepares. */
public interface PreparationProgress {

  /** For callers that do not care. */
  PreparationProgress SILENT = new PreparationProgress() {};

  /**
   * Called after each document.
   *
   * @param bytes of the inputs that are behind, compressed where they are
   * @param total bytes of all inputs
   * @param tokens written by this call of {@link Preparation#run}
   */
  default void update(long bytes, long total, long tokens) {}

  /** A shard is in its place. */
  default void finished(Path shard, int tokens) {}

  /** Shards that an earlier preparation finished and that are kept. */
  default void kept(int shards) {}
}
