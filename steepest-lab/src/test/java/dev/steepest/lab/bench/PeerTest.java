package dev.steepest.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.bench.Peer.PeerException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class PeerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "images/s: 123.4 | 123.4",
        "Images/s = 99 | 99",
        "images/s: 1,234.5 | 1234.5",
        "images/s: 1.5e3, of which 7 are warm | 1500",
        "images/s: 10\\nimages/s: 20\\nthe end after 3 rounds | 20",
        "512 images in 2.5 s\\n204.8 | 204.8",
        "round 1: 100\\nround 2: 110.5\\n\\n | 110.5",
        "speed .5 | 0.5",
        "batch 512: 204.8/s | 204.8",
      })
  void theSpeedIsTheLabelledNumberOrTheLastOfTheLastLine(String printed, double speed) {
    assertThat(Peer.speed("images/s", printed.replace("\\n", "\n"))).hasValue(speed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "done",
        "12\ndone",
        "images/s: nan",
        "images/s: 0",
        "speed -3",
        "1e999"
      })
  void whatIsNoSpeedIsNone(String printed) {
    assertThat(Peer.speed("images/s", printed)).isEqualTo(OptionalDouble.empty());
  }

  private static Peer peer(String command) {
    return new Peer("images/s", command, Map.of("STEEPEST_BATCH", "512"));
  }

  @Test
  void itIsStartedWithTheSettingsInItsEnvironment() {
    assertThat(peer("echo warming up >&2; echo \"images/s: $STEEPEST_BATCH\"").perSecond())
        .isEqualTo(512);
  }

  @Test
  void aProgramThatIsNotThereIsNamedWithWhatTheShellSaid() {
    assertThatThrownBy(() -> peer("no-such-program --fast").perSecond())
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("'no-such-program --fast' could not be started")
        .hasMessageContaining("not found");
  }

  @Test
  void aFailureIsReportedWithTheEndOfItsStandardError() {
    assertThatThrownBy(
            () -> peer("for i in $(seq 30); do echo line $i >&2; done; exit 3").perSecond())
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("failed with exit code 3")
        .hasMessageContaining("line 30")
        .hasMessageNotContaining("line 20\n");
  }

  @Test
  void aProgramThatSaysNothingOrNoSpeedIsRefused() {
    assertThatThrownBy(() -> peer("true").perSecond())
        .hasMessageContaining("printed nothing")
        .hasMessageContaining("images/s: 123.4");
    assertThatThrownBy(() -> peer("echo 7; echo finished").perSecond())
        .hasMessageContaining("'finished'");
  }

  @Test
  void aProgramThatHangsIsEnded() {
    Peer hanging =
        new Peer("images/s", "sleep 60 & echo began >&2; wait", Map.of(), Duration.ofMillis(300));
    assertThatThrownBy(hanging::perSecond)
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("did not end within")
        .hasMessageContaining("began");
  }
}
