package dev.steepest.lab.data.fetch;

import dev.steepest.lab.data.source.RemoteFile;

/** Is told how a fetch goes on. Called on the fetching thread, at most once per buffer. */
@FunctionalInterface
public interface Progress {

  /** For callers that do not care. */
  Progress SILENT = (_, _, _) -> {};

  /**
   * @param file under way
   * @param bytes that are on disk by now, those of an earlier attempt included
   * @param total length of the file
   */
  void update(RemoteFile file, long bytes, long total);
}
