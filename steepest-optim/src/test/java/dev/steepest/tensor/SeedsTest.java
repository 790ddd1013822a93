package dev.steepest.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Streams by seed and name. */
class SeedsTest {

  @Test
  void names_and_seeds_have_seeds_of_their_own() {
    Set<Long> seeds = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      for (int name = 0; name < 100; name++) {
        seeds.add(Seeds.derive(seed, "layer." + name + ".weight"));
      }
    }
    assertThat(seeds).hasSize(10_000);
    assertThat(Seeds.derive(1, "a")).isEqualTo(Seeds.derive(1, "a"));
  }

  @Test
  void numbers_depend_on_the_seed_alone() {
    try (PointerScope _ = new PointerScope()) {
      torch.manual_seed(1);
      var first = Seeds.normal(9, 3, 4);
      torch.manual_seed(2);
      assertThat(Seeds.normal(9, 3, 4).equal(first)).isTrue();
      assertThat(Seeds.normal(10, 3, 4).equal(first)).isFalse();
      double mean = Seeds.normal(1, 10_000).mean().item_double();
      assertThat(Math.abs(mean)).as("five standard errors of the mean").isLessThan(0.05);
    }
  }
}
