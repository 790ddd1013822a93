package dev.steepest.lab.data.text.batch;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.TokenCorpus;
import java.util.List;
import java.util.Objects;

/**
 * The batches of a training run: a function of the corpus, the plan, the seed and the batch's
 * place, so that a run resumes anywhere and ranks or micro-batches take rows of the same batch.
 *
 * <p>A corpus of L tokens holds P = L − 1 predictions: token p foretells token p + 1. Batch k of
 * the run (counted over all epochs) takes the next B·T of an endless row of passes over them, in
 * which nothing is dropped and nothing comes twice within a pass:
 *
 * <ul>
 *   <li>{@code SEQUENTIAL}: predictions k·B·T … (k + 1)·B·T − 1, modulo P. The row that meets the
 *       end of the corpus goes on at its beginning; no target spans the seam.
 *   <li>{@code SHUFFLED}: blocks of T predictions, n = ⌊P / T⌋ per pass, in the permutation of
 *       (seed, pass). The P mod T predictions over are left out at the end of the corpus in even
 *       passes and at its beginning in odd ones, so that two passes see all.
 * </ul>
 *
 * <p>An epoch is the number of whole batches in a pass; what a pass has left over begins the next
 * epoch, whose passes therefore begin a little later than its epochs.
 *
 * <p>Safe for many threads.
 */
public final class TokenBatches {

  private final TokenCorpus corpus;
  private final int rows;
  private final int context;
  private final TokenOrder order;
  private final long seed;
  private final long predictions;

  /** The permutation used last; recomputed for another pass. */
  private volatile Pass latest;

  private record Pass(long number, int[] order) {}

  /**
   * @param corpus at least rows × context + 1 tokens
   * @param rows sequences per batch, B, at least 1
   * @param context predictions per sequence, T, at least 1
   * @param seed run seed; without effect on {@code SEQUENTIAL}
   * @throws DataException if the corpus is too short for one batch
   */
  public TokenBatches(TokenCorpus corpus, int rows, int context, TokenOrder order, long seed) {
    if (rows < 1 || context < 1) {
      throw new IllegalArgumentException(
          "a batch has at least 1 sequence of at least 1 token, got %d × %d"
              .formatted(rows, context));
    }
    this.corpus = corpus;
    this.rows = rows;
    this.context = context;
    this.order = order;
    this.seed = seed;
    this.predictions = corpus.length() - 1;
    if (batchesPerEpoch() < 1) {
      throw new DataException(
          "Cannot train on the text",
          List.of(
              "the training text has %d tokens, one batch of %d × %d needs %d"
                  .formatted(corpus.length(), rows, context, (long) rows * context + 1)),
          "Use more text, a smaller training.batch or a model with a smaller context.");
    }
    if (order == TokenOrder.SHUFFLED && predictions / context > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%d blocks cannot be shuffled, at most %d"
              .formatted(predictions / context, Integer.MAX_VALUE));
    }
  }

  /** Of the tokens and the order in which they come. */
  public String fingerprint() {
    return corpus.sha256() + " " + order;
  }

  /** Whole batches in one pass over the corpus. */
  public long batchesPerEpoch() {
    return switch (order) {
      case SEQUENTIAL -> predictions / ((long) rows * context);
      case SHUFFLED -> predictions / context / rows;
    };
  }

  /** Sequences in one epoch. */
  public long samplesPerEpoch() {
    return batchesPerEpoch() * rows;
  }

  /** A whole batch: inputs and targets [B, T]. The caller closes it. */
  public TokenBatch batch(long epoch, long index) {
    return batch(epoch, index, 0, rows);
  }

  /**
   * Some rows of a batch: what one rank, or one micro-batch, works on.
   *
   * @param epoch from 0
   * @param index of the batch in its epoch, 0 … batchesPerEpoch − 1
   * @param firstRow 0 … B − 1
   * @param count at least 1
   * @return inputs and targets [count, T]; the caller closes it
   */
  public TokenBatch batch(long epoch, long index, int firstRow, int count) {
    Objects.checkIndex(index, batchesPerEpoch());
    Objects.checkFromIndexSize(firstRow, count, rows);
    long sequence = (epoch * batchesPerEpoch() + index) * rows + firstRow;
    Rows batch = new Rows(corpus, count, context);
    for (int row = 0; row < count; row++) {
      long from = start(sequence + row);
      int before = (int) Math.min(context, predictions - from);
      batch.fill(row, 0, from, before);
      if (before < context) {
        batch.fill(row, before, 0, context - before);
      }
    }
    return batch.finish();
  }

  /** Where a sequence of the run begins in the corpus: sequence k·B + b is row b of batch k. */
  long start(long sequence) {
    return switch (order) {
      case SEQUENTIAL -> sequence * context % predictions;
      case SHUFFLED -> {
        long blocks = predictions / context;
        long pass = sequence / blocks;
        long shift = pass % 2 == 0 ? 0 : predictions % context;
        yield shift + (long) permutation(pass)[(int) (sequence % blocks)] * context;
      }
    };
  }

  private int[] permutation(long pass) {
    Pass known = latest;
    if (known == null || known.number != pass) {
      int blocks = (int) (predictions / context);
      known = new Pass(pass, CounterRandom.of(Purpose.ORDER, seed, pass).permutation(blocks));
      latest = known;
    }
    return known.order;
  }
}
