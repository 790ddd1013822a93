package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.distributed.World;
import dev.steepest.lab.distributed.World.StoreKeeper;
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
  void everyProcessTakesAGpuOfItsOwn() {
    World second = new World(5, 8, 1, "host", 20_000, StoreKeeper.RANK_0);
    assertThat(DeviceChoice.ofMember("auto", second, 4)).isEqualTo("cuda:1");
    assertThat(DeviceChoice.ofMember("cuda", second, 2)).isEqualTo("cuda:1");
    assertThat(DeviceChoice.ofMember("cuda", second, 1))
        .as("sees only its own")
        .isEqualTo("cuda:0");
    assertThat(DeviceChoice.ofMember("auto", second, 0)).isEqualTo("auto");
    assertThat(DeviceChoice.ofMember("cpu", second, 4)).isEqualTo("cpu");
    assertThat(DeviceChoice.ofMember("cuda:3", World.ALONE, 4)).isEqualTo("cuda:3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceChoice.ofMember("cuda:0", second, 4))
        .withMessageContaining("'cuda:0' would be that of all 8 processes")
        .withMessageContaining("write cuda");
  }

  @Test
  void thisMachineHasACpu() {
    assertThat(DeviceChoice.available()).contains("cpu");
    assertThat(DeviceChoice.resolve("cpu").is_cpu()).isTrue();
  }
}
