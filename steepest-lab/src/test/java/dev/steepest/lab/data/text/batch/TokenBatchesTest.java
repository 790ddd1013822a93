package dev.steepest.lab.data.text.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.text.token.TokenCorpus;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of blocks, against plain counting. Token p of the corpus is p itself. */
class TokenBatchesTest {

  private static TokenCorpus corpus(int length) {
    return TokenCorpus.of(length, IntStream.range(0, length).toArray());
  }

  private static long[] values(Tensor tensor) {
    return TensorMemory.segment(tensor).toArray(ValueLayout.JAVA_LONG);
  }

  private static long[] inputs(TokenBatches batches, long epoch, long index) {
    try (TokenBatch batch = batches.batch(epoch, index)) {
      return values(batch.inputs());
    }
  }

  /** Every target is the token after its input, the seam of the corpus included. */
  @ParameterizedTest
  @EnumSource
  void targetsAreTheNextTokens(TokenOrder order) {
    TokenBatches batches = new TokenBatches(corpus(101), 3, 7, order, 5);
    for (int epoch = 0; epoch < 6; epoch++) {
      for (int i = 0; i < batches.batchesPerEpoch(); i++) {
        try (TokenBatch batch = batches.batch(epoch, i)) {
          assertThat(batch.inputs().shape()).containsExactly(3, 7);
          assertThat(batch.targets().shape()).containsExactly(3, 7);
          assertThat(batch.predictions()).isEqualTo(21);
          assertThat(values(batch.targets()))
              .containsExactly(Arrays.stream(values(batch.inputs())).map(v -> v + 1).toArray());
        }
      }
    }
  }

  /** As the speedrun's record #5 reads: batch k begins at k·B·T; its tail begins the next pass. */
  @Test
  void sequentialGoesThroughTheTextAndOnAtItsBeginning() {
    TokenBatches batches = new TokenBatches(corpus(51), 2, 8, TokenOrder.SEQUENTIAL, 0);
    assertThat(batches.batchesPerEpoch()).isEqualTo(3);
    assertThat(batches.samplesPerEpoch()).isEqualTo(6);
    assertThat(inputs(batches, 0, 0)).containsExactly(LongRange.of(0, 16));
    assertThat(inputs(batches, 0, 2)).containsExactly(LongRange.of(32, 48));
    assertThat(inputs(batches, 1, 0))
        .startsWith(48, 49, 0, 1, 2, 3, 4, 5)
        .endsWith(6, 7, 8, 9, 10, 11, 12, 13);
  }

  /** Over one pass after the other no prediction is dropped and none is ahead of another. */
  @ParameterizedTest
  @CsvSource({"51, 2, 8", "100, 3, 7", "33, 4, 8", "1000, 1, 13", "65, 8, 8", "9, 1, 8"})
  void sequentialTrainsOnEveryPredictionEquallyOften(int length, int rows, int context) {
    TokenBatches batches =
        new TokenBatches(corpus(length), rows, context, TokenOrder.SEQUENTIAL, 0);
    int[] seen = new int[length - 1];
    for (int epoch = 0; epoch < 5; epoch++) {
      Set<Long> thisEpoch = new HashSet<>();
      for (int i = 0; i < batches.batchesPerEpoch(); i++) {
        for (long token : inputs(batches, epoch, i)) {
          seen[(int) token]++;
          assertThat(thisEpoch.add(token)).as("twice in epoch %d: %d", epoch, token).isTrue();
        }
      }
      assertThat(Arrays.stream(seen).max().orElseThrow() - Arrays.stream(seen).min().orElseThrow())
          .isLessThanOrEqualTo(1);
    }
  }

  /** Whole blocks once per pass; what makes no block is left out at either end in turn. */
  @ParameterizedTest
  @CsvSource({"100, 3, 7", "1000, 4, 10", "57, 2, 8", "400, 5, 3"})
  void shuffledTakesEveryBlockOnceInAPass(int length, int rows, int context) {
    TokenBatches batches = new TokenBatches(corpus(length), rows, context, TokenOrder.SHUFFLED, 9);
    int predictions = length - 1;
    int blocks = predictions / context;
    int passes = 4;
    int[] ofTwoPasses = new int[predictions];
    for (int pass = 0; pass < passes; pass++) {
      int shift = pass % 2 == 0 ? 0 : predictions % context;
      Set<Long> starts = new HashSet<>();
      for (long sequence = (long) pass * blocks; sequence < (pass + 1L) * blocks; sequence++) {
        long start = batches.start(sequence);
        assertThat((start - shift) % context).isZero();
        assertThat(start).isBetween((long) shift, (long) predictions - context);
        assertThat(starts.add(start)).isTrue();
        for (int i = 0; i < context && pass < 2; i++) {
          ofTwoPasses[(int) start + i]++;
        }
      }
      assertThat(starts).hasSize(blocks);
    }
    assertThat(ofTwoPasses).doesNotContain(0);
  }

  @Test
  void shufflingFollowsFromSeedAndPassAlone() {
    TokenCorpus corpus = corpus(4_001);
    TokenBatches first = new TokenBatches(corpus, 4, 10, TokenOrder.SHUFFLED, 1);
    TokenBatches again = new TokenBatches(corpus, 4, 10, TokenOrder.SHUFFLED, 1);
    TokenBatches other = new TokenBatches(corpus, 4, 10, TokenOrder.SHUFFLED, 2);
    inputs(again, 3, 50); // what was asked for before makes no difference
    assertThat(inputs(again, 0, 7)).containsExactly(inputs(first, 0, 7));
    assertThat(inputs(other, 0, 7)).isNotEqualTo(inputs(first, 0, 7));
    assertThat(inputs(first, 1, 7)).isNotEqualTo(inputs(first, 0, 7));
  }

  /** Ranks and micro-batches take rows; together they are the batch. */
  @ParameterizedTest
  @EnumSource
  void rowsOfABatchMakeTheBatch(TokenOrder order) {
    TokenBatches batches = new TokenBatches(corpus(1_000), 6, 9, order, 3);
    for (int epoch = 0; epoch < 3; epoch++) {
      long[] whole = inputs(batches, epoch, 2);
      for (int size : new int[] {1, 2, 3}) {
        for (int row = 0; row < 6; row += size) {
          try (TokenBatch part = batches.batch(epoch, 2, row, size)) {
            assertThat(part.predictions()).isEqualTo(size * 9L);
            assertThat(values(part.inputs()))
                .containsExactly(Arrays.copyOfRange(whole, row * 9, (row + size) * 9));
          }
        }
      }
    }
  }

  @Test
  void aTextShorterThanABatchIsRefused() {
    assertThatThrownBy(() -> new TokenBatches(corpus(64), 8, 8, TokenOrder.SEQUENTIAL, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the training text has 64 tokens, one batch of 8 × 8 needs 65")
        .hasMessageContaining("training.batch");
    assertThat(new TokenBatches(corpus(65), 8, 8, TokenOrder.SEQUENTIAL, 0).batchesPerEpoch())
        .isEqualTo(1);
    assertThatThrownBy(() -> new TokenBatches(corpus(65), 8, 8, TokenOrder.SHUFFLED, 0).batch(0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({"100, 3, 7, 0", "22, 3, 7, 0", "2, 3, 7, 0", "100, 2, 8, 50", "100, 2, 8, 48"})
  void evaluationPredictsEveryTokenOnce(int length, int rows, int context, int most) {
    EvaluationBatches batches = new EvaluationBatches(corpus(length), rows, context, most);
    int expected = most == 0 ? length - 1 : most;
    assertThat(batches.predictions()).isEqualTo(expected);
    long next = 1;
    long sum = 0;
    for (int i = 0; i < batches.count(); i++) {
      try (TokenBatch batch = batches.batch(i)) {
        long[] inputs = values(batch.inputs());
        long[] targets = values(batch.targets());
        sum += batch.predictions();
        for (int k = 0; k < targets.length; k++) {
          if (next <= expected) {
            assertThat(inputs[k]).isEqualTo(next - 1);
            assertThat(targets[k]).isEqualTo(next++);
          } else {
            assertThat(inputs[k]).isZero();
            assertThat(targets[k]).isEqualTo(TokenBatch.IGNORED);
          }
        }
      }
    }
    assertThat(next - 1).isEqualTo(expected);
    assertThat(sum).isEqualTo(expected);
  }

  @Test
  void aTextOfOneTokenCannotBeEvaluated() {
    assertThatThrownBy(() -> new EvaluationBatches(corpus(1), 1, 8, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the text has 1 tokens, at least 2 are needed");
  }

  /** Bounds as arrays. */
  private static final class LongRange {
    static long[] of(int from, int to) {
      return IntStream.range(from, to).asLongStream().toArray();
    }
  }
}
