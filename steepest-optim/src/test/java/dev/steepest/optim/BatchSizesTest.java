package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Batch sizes by epoch or step. */
class BatchSizesTest {

  private static BatchSizes sizes(Map<Long, Integer> from) {
    return new BatchSizes(BatchSizes.Unit.EPOCH, new TreeMap<>(from));
  }

  @Test
  void a_size_holds_until_the_next() {
    BatchSizes sizes = sizes(Map.of(0L, 128, 5L, 512, 9L, 256));
    assertThat(sizes.at(0)).isEqualTo(128);
    assertThat(sizes.at(4)).isEqualTo(128);
    assertThat(sizes.at(5)).isEqualTo(512);
    assertThat(sizes.at(8)).isEqualTo(512);
    assertThat(sizes.at(1_000_000)).isEqualTo(256);
    assertThat(sizes.largest()).isEqualTo(512);
    assertThat(BatchSizes.constant(64).at(77)).isEqualTo(64);
  }

  @Test
  void everything_wrong_is_said_at_once() {
    assertThatThrownBy(() -> sizes(Map.of(-1L, 64, 3L, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no size for epoch 0")
        .hasMessageContaining("epoch -1 must be at least 0")
        .hasMessageContaining("size 0 from epoch 3 must be at least 1");
    assertThatThrownBy(() -> BatchSizes.constant(8).at(-1))
        .hasMessage("epoch is -1 but must be at least 0");
  }

  @Test
  void later_changes_of_the_given_map_do_not_reach_it() {
    TreeMap<Long, Integer> given = new TreeMap<>(Map.of(0L, 8));
    BatchSizes sizes = new BatchSizes(BatchSizes.Unit.STEP, given);
    given.put(1L, 16);
    assertThat(sizes.at(1)).isEqualTo(8);
  }
}
