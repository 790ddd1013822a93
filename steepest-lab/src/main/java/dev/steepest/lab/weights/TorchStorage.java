package dev.steepest.lab.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A run of elements in a file of {@code torch.save}, which tensors are views of.
 *
 * @param type of the elements
 * @param elements how many
 * @param source where its bytes are
 */
record TorchStorage(ElementType type, long elements, Source source) {

  /** Gives the bytes of a storage. */
  @FunctionalInterface
  interface Source {
    /**
     * Fills {@code target} with the storage from its first byte on.
     *
     * @param target as long as the storage
     */
    void read(MemorySegment target) throws IOException, Malformed;
  }

  long bytes() {
    return elements * type.bytes();
  }
}
