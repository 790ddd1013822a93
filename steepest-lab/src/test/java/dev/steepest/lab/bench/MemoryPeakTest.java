package dev.steepest.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.tensor.NativeHeap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class MemoryPeakTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void whatWasFreedAgainCounts() {
    try (PointerScope _ = new PointerScope()) {
      torch.ones(1); // loads the library
    }
    long before = NativeHeap.bytesInUse();
    long peak =
        MemoryPeak.of(() -> {
          try (PointerScope _ = new PointerScope()) {
            // 64 MB of ones, long enough to be seen
            for (int i = 0; i < 20; i++) {
              torch.ones(16 * MEGABYTE).sum();
            }
          }
        });
    assertThat(peak - before).isGreaterThan(64 * MEGABYTE);
    assertThat(NativeHeap.bytesInUse() - before).isLessThan(32 * MEGABYTE);
  }
}
