package dev.steepest.lab.data;

import java.lang.foreign.MemorySegment;

/** Images that lie elsewhere than in a tensor, all of one shape. Safe for several threads. */
public interface ImageStore {

  /**
   * Copies one image.
   *
   * @param position of the image
   * @param target takes its C·H·W bytes
   * @param offset in bytes, where they begin
   * @throws DataException if the image is damaged
   */
  void copy(long position, MemorySegment target, long offset);
}
