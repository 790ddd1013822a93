package dev.steepest.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.bench.DecodeBenchmark.Cost;
import dev.steepest.lab.bench.DecodeBenchmark.Work;
import dev.steepest.lab.data.decode.JpegLibrary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecodeBenchmarkTest {

  @Test
  void everyLibraryDoesEachWorkInEveryRound() {
    List<byte[]> files = DrawnPhotographs.jpegs(5, 40, 30, 0.9);
    List<double[]> heard = new ArrayList<>();
    try (DecodeBenchmark benchmark = new DecodeBenchmark(files, 16, 2)) {
      List<Cost> costs = benchmark.run(3, heard::add);
      long there = Arrays.stream(JpegLibrary.values()).filter(l -> l.objection().isEmpty()).count();
      assertThat(costs).hasSize((int) there * Work.values().length);
      assertThat(heard).hasSize(3);
      assertThat(costs)
          .allSatisfy(cost -> {
            assertThat(cost.rate()).hasSize(3).doesNotContain(0);
            assertThat(cost.processorSeconds()).hasSize(3);
          });
    }
  }

  @Test
  void picturesDifferAndAreThoseOfTheirNumbers() {
    List<byte[]> files = DrawnPhotographs.jpegs(2, 40, 30, 0.9);
    assertThat(files.get(0)).isNotEqualTo(files.get(1));
    assertThat(DrawnPhotographs.jpegs(1, 40, 30, 0.9).getFirst()).isEqualTo(files.get(0));
  }
}
