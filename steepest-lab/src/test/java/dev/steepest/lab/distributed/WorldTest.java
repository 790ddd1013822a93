package dev.steepest.lab.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.distributed.World.StoreKeeper;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorldTest {
  private static final Map<String, String> TORCHRUN =
      Map.of(
          "RANK", "3",
          "WORLD_SIZE", "8",
          "LOCAL_RANK", "1",
          "MASTER_ADDR", "node-a",
          "MASTER_PORT", "29500");

  @Test
  void isAloneWithoutVariables() {
    assertThat(World.of(Map.of("PATH", "/bin", "MASTER_PORT", "29500"))).isEqualTo(World.ALONE);
  }

  @Test
  void readsTorchrun() {
    assertThat(World.of(TORCHRUN))
        .isEqualTo(new World(3, 8, 1, "node-a", 29_500, StoreKeeper.RANK_0));
  }

  @Test
  void leavesTheStoreToTorchrunsAgent() {
    assertThat(World.of(with("TORCHELASTIC_USE_AGENT_STORE", "True")).store())
        .isEqualTo(StoreKeeper.LAUNCHER);
  }

  @Test
  void readsATaskOfSlurm() {
    Map<String, String> slurm =
        Map.of(
            "SLURM_STEP_ID", "0",
            "SLURM_PROCID", "5",
            "SLURM_STEP_NUM_TASKS", "6",
            "SLURM_NTASKS", "12",
            "SLURM_LOCALID", "1",
            "SLURM_STEP_NODELIST", "gpu[03-05]",
            "MASTER_PORT", "4000");
    assertThat(World.of(slurm)).isEqualTo(new World(5, 6, 1, "gpu03", 4000, StoreKeeper.RANK_0));
  }

  @Test
  void giveJobsOfSlurmPortsOfTheirOwn() {
    assertThat(slurm("71").port()).isBetween(20_000, 39_999).isNotEqualTo(slurm("72").port());
  }

  private static World slurm(String job) {
    return World.of(
        Map.of(
            "SLURM_STEP_ID", "0",
            "SLURM_JOB_ID", job,
            "SLURM_PROCID", "0",
            "SLURM_NTASKS", "2",
            "SLURM_LOCALID", "0",
            "SLURM_NODELIST", "a,b"));
  }

  @Test
  void isAloneInTheBatchScriptOfSlurm() {
    Map<String, String> script =
        Map.of("SLURM_STEPID", "4294967291", "SLURM_PROCID", "0", "SLURM_NTASKS", "4");
    assertThat(World.of(script)).isEqualTo(World.ALONE);
  }

  @ParameterizedTest
  @CsvSource({
    "'login', login",
    "'a,b,c', a",
    "'gpu[03-07,12]', gpu03",
    "'gpu[7,9],login', gpu7",
    "'login,gpu[03-07]', login",
    "'r[1-2]n4,x', r1n4"
  })
  void knowsTheFirstNodeOfAList(String list, String first) {
    assertThat(SlurmNodes.first(list)).isEqualTo(first);
  }

  @Test
  void saysAllThatIsMissing() {
    assertThatThrownBy(() -> World.of(Map.of("RANK", "0", "MASTER_PORT", "29500")))
        .isInstanceOf(WorldException.class)
        .hasMessageContaining("WORLD_SIZE, LOCAL_RANK, MASTER_ADDR are missing")
        .hasMessageContaining("but RANK, MASTER_PORT set")
        .hasMessageContaining("steepest launch");
  }

  @Test
  void saysAllThatIsWrong() {
    Map<String, String> wrong =
        Map.of(
            "RANK", "8",
            "WORLD_SIZE", "8",
            "LOCAL_RANK", "9",
            "MASTER_ADDR", "a",
            "MASTER_PORT", "http");
    assertThatThrownBy(() -> World.of(wrong))
        .isInstanceOf(WorldException.class)
        .hasMessageContaining("RANK is 8, but there are 8 processes; allowed is 0 to 7")
        .hasMessageContaining("LOCAL_RANK is 9")
        .hasMessageContaining("MASTER_PORT is 'http'; allowed is a whole number 1 to 65535");
  }

  @ParameterizedTest
  @CsvSource({
    "WORLD_SIZE, 0, of at least 1",
    "RANK, -1, of at least 0",
    "MASTER_PORT, 65536, 1 to 65535",
    "MASTER_PORT, 0, 1 to 65535"
  })
  void saysWhatIsAllowed(String name, String value, String allowed) {
    Map<String, String> environment = with(name, value);
    assertThatThrownBy(() -> World.of(environment))
        .isInstanceOf(WorldException.class)
        .hasMessageContaining(name + " is '" + value + "'; allowed is a whole number " + allowed);
  }

  @Test
  void readsHowLongToWait() {
    assertThat(Patience.of(Map.of())).isEqualTo(Patience.USUAL);
    assertThat(Patience.of(Map.of(Patience.JOIN, "7", Patience.SILENCE, "3")))
        .isEqualTo(new Patience(Duration.ofSeconds(7), Duration.ofSeconds(3)));
    assertThatThrownBy(() -> Patience.of(Map.of(Patience.JOIN, "soon", Patience.SILENCE, "2")))
        .isInstanceOf(WorldException.class)
        .hasMessageContaining("STEEPEST_JOIN_SECONDS is 'soon'; allowed are 1 to 86400")
        .hasMessageContaining("STEEPEST_SILENCE_SECONDS is '2'; allowed are 3 to 86400");
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> environment = new java.util.HashMap<>(TORCHRUN);
    environment.put(name, value);
    return environment;
  }
}
