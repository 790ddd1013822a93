package dev.steepest.study.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.search.QuasiRandomSearch.Sequence;
import dev.steepest.study.search.SearchSpace.Parameter;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.random.SobolSequenceGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuasiRandomTest {
  private static final int DIMENSION = 5;

  /** The first points of Joe and Kuo's own program ({@code sobol 10 3 new-joe-kuo-6.21201}). */
  @Test
  void theUnscrambledSequenceIsThatOfJoeAndKuo() {
    double[][] points = {
      {0, 0, 0},
      {0.5, 0.5, 0.5},
      {0.75, 0.25, 0.25},
      {0.25, 0.75, 0.75},
      {0.375, 0.375, 0.625},
      {0.875, 0.875, 0.125},
      {0.625, 0.125, 0.875},
      {0.125, 0.625, 0.375}
    };
    for (int i = 0; i < points.length; i++) {
      assertThat(new SobolSequenceGenerator(3).skipTo(i)).containsExactly(points[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 77})
  void everyPartOfEveryAxisHoldsOnePoint(long seed) {
    for (int from : new int[] {0, 512}) {
      for (int d = 0; d < DIMENSION; d++) {
        BitSet parts = new BitSet();
        for (int i = from; i < from + 256; i++) {
          parts.set((int) (256 * new ScrambledSobol(DIMENSION, seed).point(i)[d]));
        }
        assertThat(parts.cardinality()).as("axis %d", d).isEqualTo(256);
      }
    }
    int[] parts = {256, 243, 125, 343, 121};
    for (int d = 0; d < DIMENSION; d++) {
      BitSet hit = new BitSet();
      for (int i = 0; i < parts[d]; i++) {
        hit.set((int) (parts[d] * (ScrambledHalton.point(i, DIMENSION, seed)[d] + 1e-12)));
      }
      assertThat(hit.cardinality()).as("axis %d", d).isEqualTo(parts[d]);
    }
  }

  /** A scrambled net of 2ᵏ points in two dimensions fills every elementary box of that volume. */
  @Test
  void scramblingKeepsBoxesFilled() {
    for (int rows = 1; rows <= 64; rows *= 2) {
      int columns = 64 / rows;
      BitSet boxes = new BitSet();
      for (int i = 0; i < 64; i++) {
        double[] p = new ScrambledSobol(2, 5).point(i);
        boxes.set(columns * (int) (p[0] * rows) + (int) (p[1] * columns));
      }
      assertThat(boxes.cardinality()).as("%d × %d", rows, columns).isEqualTo(64);
    }
  }

  @ParameterizedTest
  @EnumSource(Sequence.class)
  void seedsGiveOtherPointsAndEachIsAsLikelyAsAnyOther(Sequence sequence) {
    double[] firsts =
        IntStream.range(0, 2000).mapToDouble(seed -> point(sequence, 3, seed)[1]).toArray();

    // Mean 1/2 and variance 1/12 of a uniform number; four standard errors.
    assertThat(IntStream.range(0, 2000).mapToDouble(i -> firsts[i]).average().orElseThrow())
        .isBetween(0.5 - 0.026, 0.5 + 0.026);
    assertThat(point(sequence, 3, 1)).isEqualTo(point(sequence, 3, 1));
  }

  /** ∫ Π (1 + 0.5 (xᵢ − ½)) = 1: the error falls far below that of chance. */
  @ParameterizedTest
  @EnumSource(Sequence.class)
  void sumsComeNearerToIntegralsThanThoseOfChance(Sequence sequence) {
    double chance = 0;
    double filled = 0;
    for (long seed = 0; seed < 20; seed++) {
      double sum = 0;
      double random = 0;
      for (int i = 0; i < 256; i++) {
        sum += product(point(sequence, i, seed));
        random += product(new Draws(seed, i).uniforms(DIMENSION));
      }
      filled += Math.pow(sum / 256 - 1, 2);
      chance += Math.pow(random / 256 - 1, 2);
    }
    assertThat(filled).isLessThan(chance / 20);
  }

  @ParameterizedTest
  @EnumSource(Sequence.class)
  void aSpaceOfValuesIsGoneThroughOnce(Sequence sequence) {
    SearchSpace space =
        new SearchSpace(
            List.of(
                new Parameter("a", Categorical.of(List.of("x", "y", "z"))),
                new Parameter("b", new WholeUniform(1, 7))));
    List<Trial> trials = SearchersTest.exhaust(new QuasiRandomSearch(space, 3, sequence), 1000);

    assertThat(trials).extracting(Trial::values).doesNotHaveDuplicates().hasSize(21);
  }

  private static double product(double[] point) {
    double product = 1;
    for (double x : point) {
      product *= 1 + 0.5 * (x - 0.5);
    }
    return product;
  }

  private static double[] point(Sequence sequence, int index, long seed) {
    return sequence == Sequence.SOBOL
        ? new ScrambledSobol(DIMENSION, seed).point(index)
        : ScrambledHalton.point(index, DIMENSION, seed);
  }
}
