package dev.steepest.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;

class NativeHeapTest {
  private static final int SIZE = 64 << 20;

  /** What other threads of the process do meanwhile. */
  private static final long OTHERS = 1 << 20;

  @Test
  void whatNativeCodeHoldsIsCounted() {
    long before = NativeHeap.bytesInUse();
    try (BytePointer block = new BytePointer(SIZE)) {
      assertThat(NativeHeap.bytesInUse() - before).isBetween(SIZE - OTHERS, SIZE + OTHERS);
      assertThat(block.capacity()).isEqualTo(SIZE);
    }
    assertThat(NativeHeap.bytesInUse() - before).isBetween(-OTHERS, OTHERS);
  }

  @Test
  void aDirectBufferIsCountedAsWell() {
    long before = NativeHeap.bytesInUse();
    ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    assertThat(NativeHeap.bytesInUse() - before).isBetween(SIZE - OTHERS, SIZE + OTHERS);
    assertThat(buffer.capacity()).isEqualTo(SIZE);
  }
}
