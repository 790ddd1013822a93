package dev.steepest.lab.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.steepest.tensor.Native;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TeamTest {
  private static final Patience ONE_SECOND =
      new Patience(Duration.ofSeconds(1), Duration.ofSeconds(20));

  @BeforeAll
  static void natives() {
    Native.prepare();
  }

  @Test
  void sumsAndSpreads() {
    List<List<Double>> seen =
        Members.all(
            3,
            team -> {
              try (PointerScope _ = new PointerScope()) {
                Tensor mine = torch.ones(5).mul_(new Scalar(team.rank() + 1.0));
                team.sum(mine);
                Tensor theirs = torch.ones(2, 3).mul_(new Scalar(team.rank() * 10.0));
                team.spread(theirs, 2);
                return List.of(
                    mine.sum().item_double(),
                    theirs.mean().item_double(),
                    team.sum(0.25 * team.rank()));
              }
            });
    assertThat(seen).containsOnly(List.of(30.0, 20.0, 0.75)).hasSize(3);
  }

  @Test
  void gathersWhatEverybodySays() {
    List<List<String>> heard =
        Members.all(
            3,
            team ->
                team.gather("x".repeat(team.rank()).getBytes(StandardCharsets.UTF_8)).stream()
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .toList());
    assertThat(heard).containsOnly(List.of("", "x", "xx")).hasSize(3);
  }

  @Test
  void leaderDecidesAndAnybodyCanAsk() {
    List<List<Object>> seen =
        Members.all(
            2,
            team ->
                List.of(
                    team.textFromLeader(() -> "rank " + team.rank()),
                    team.any(team.rank() == 1),
                    team.any(false)));
    assertThat(seen).containsOnly(List.of("rank 0", true, false)).hasSize(2);
  }

  @Test
  void sumsOfShardsKeepTypeAndAreTheSameEverywhere() {
    List<Float> sums =
        Members.all(
            3,
            team -> {
              try (PointerScope _ = new PointerScope()) {
                Tensor own = torch.tensor(0.1f * (team.rank() + 1));
                Tensor total = team.shards().sum(own);
                assertThat(total.scalar_type().intern()).isEqualTo(ScalarType.Float);
                assertThat(own.item_float()).isEqualTo(0.1f * (team.rank() + 1));
                return total.item_float();
              }
            });
    double exact = (double) 0.1f + (double) (0.1f * 2) + (double) (0.1f * 3);
    assertThat(sums).containsOnly((float) exact);
  }

  @Test
  void leaderSharesTensors() {
    List<Map<String, Double>> seen =
        Members.all(
            2,
            team -> {
              try (PointerScope _ = new PointerScope()) {
                Map<String, Tensor> come =
                    team.tensorsFromLeader(
                        () ->
                            Map.of(
                                "a/step", torch.tensor(7L),
                                "b c", torch.ones(2, 3),
                                "none", torch.zeros(0)),
                        name -> team.leads() || !name.equals("none"));
                Map<String, Double> sums = new TreeMap<>();
                come.forEach((name, tensor) -> sums.put(name, tensor.sum().item_double()));
                return sums;
              }
            });
    assertThat(seen)
        .containsExactly(
            Map.of("a/step", 7.0, "b c", 6.0, "none", 0.0), Map.of("a/step", 7.0, "b c", 6.0));
  }

  @Test
  void aloneEverythingIsOnesOwn() {
    try (Team team = Team.join(World.ALONE, ONE_SECOND, _ -> {});
        PointerScope _ = new PointerScope()) {
      Tensor mine = torch.ones(3);
      team.sum(mine);
      team.spread(mine, 0);
      team.meet();
      assertThat(mine.sum().item_double()).isEqualTo(3);
      assertThat(team.any(false)).isFalse();
      assertThat(team.leads()).isTrue();
      assertThat(team.textFromLeader(() -> "I")).isEqualTo("I");
      assertThat(team.gather(new byte[] {1})).containsExactly(new byte[] {1});
      assertThat(team.backend()).isEqualTo("none");
    }
  }

  @Test
  void refusesAPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      World world = Members.world(0, 2, taken.getLocalPort());
      assertThatThrownBy(() -> Team.join(world, ONE_SECOND, _ -> {}))
          .isInstanceOf(WorldException.class)
          .hasMessageContaining("Port " + taken.getLocalPort())
          .hasMessageContaining("choose another by MASTER_PORT or 'steepest launch --port'");
    }
  }

  @Test
  void namesThoseWhoNeverCome() {
    int port = Members.freePort();
    assertThatThrownBy(() -> Team.join(Members.world(0, 4, port), ONE_SECOND, _ -> {}))
        .isInstanceOf(PeerException.class)
        .hasMessageContaining(
            "ranks 1, 2, 3 of 4 have not come to 127.0.0.1:" + port + " within 1 s")
        .hasMessageContaining("STEEPEST_JOIN_SECONDS");
  }

  @Test
  void saysThatRankZeroDoesNotAnswer() {
    int port = Members.freePort();
    assertThatThrownBy(() -> Team.join(Members.world(1, 2, port), ONE_SECOND, _ -> {}))
        .isInstanceOf(PeerException.class)
        .hasMessageContaining("waited 1 s for rank 0 at 127.0.0.1:" + port)
        .hasMessageContaining("MASTER_ADDR")
        .hasMessageContaining("STEEPEST_JOIN_SECONDS");
  }

  @Test
  void refusesDifferentSizes() {
    int port = Members.freePort();
    List<Throwable> seen =
        Members.inThreads(
            2,
            rank ->
                catchThrowable(
                    () -> Team.join(Members.world(rank, 2 + rank, port), ONE_SECOND, _ -> {})));
    assertThat(seen)
        .anySatisfy(failure ->
            assertThat(failure)
                .isInstanceOf(WorldException.class)
                .hasMessageContaining("WORLD_SIZE must be the same for all"));
  }

  @Test
  void refusesTwoOfOneRank() {
    int port = Members.freePort();
    Patience patience = new Patience(Duration.ofSeconds(3), Duration.ofSeconds(20));
    List<Throwable> seen =
        Members.inThreads(
            3,
            thread ->
                catchThrowable(() ->
                    Team.join(Members.world(Math.min(thread, 1), 3, port), patience, _ -> {})));
    assertThat(seen)
        .anySatisfy(failure ->
            assertThat(failure)
                .isInstanceOf(WorldException.class)
                .hasMessageContaining("Two processes say that they are rank 1"));
  }
}
