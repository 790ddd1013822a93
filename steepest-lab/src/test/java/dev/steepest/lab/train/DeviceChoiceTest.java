package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceChoiceTest {
  private static final List<String> TWO_GPUS = List.of("cuda:0", "cuda:1", "cpu");

  @Test
  void autoTakesTheFirstGpuElseTheCpu() {
    assertThat(DeviceChoice.choose("auto", TWO_GPUS)).isEqualTo("cuda:0");
    assertThat(DeviceChoice.choose("auto", List.of("cpu", "mps"))).isEqualTo("cpu");
  }

  @Test
  void namesAreTakenAsTheyAre() {
    assertThat(DeviceChoice.choose("cuda", TWO_GPUS)).isEqualTo("cuda:0");
    assertThat(DeviceChoice.choose("cuda:1", TWO_GPUS)).isEqualTo("cuda:1");
    assertThat(DeviceChoice.choose("cpu", TWO_GPUS)).isEqualTo("cpu");
  }

  @Test
  void whatIsMissingIsSaidWithWhatIsThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceChoice.choose("cuda:2", TWO_GPUS))
        .withMessageContaining("cuda:2")
        .withMessageContaining("available are [cuda:0, cuda:1, cpu]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceChoice.choose("gpu", TWO_GPUS))
        .withMessageContaining("Unknown device 'gpu'");
  }

  @Test
  void thisMachineHasACpu() {
    assertThat(DeviceChoice.available()).contains("cpu");
    assertThat(DeviceChoice.resolve("cpu").is_cpu()).isTrue();
  }
}
