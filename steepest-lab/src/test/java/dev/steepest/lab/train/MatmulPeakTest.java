package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;

class MatmulPeakTest {

  @Test
  void aPeakIsMeasuredOnceAndRemembered() {
    double peak = MatmulPeak.flopsPerSecond(new Device("cpu"), Precision.FP32);
    // Slower than any processor of this century by far, and faster than any there is.
    assertThat(peak).isBetween(1e8, 1e16);
    assertThat(MatmulPeak.flopsPerSecond(new Device("cpu"), Precision.FP32)).isEqualTo(peak);
  }

  @Test
  void halfPrecisionNeedsAGpu() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MatmulPeak.flopsPerSecond(new Device("cpu"), Precision.FP16))
        .withMessageContaining("CUDA");
  }
}
