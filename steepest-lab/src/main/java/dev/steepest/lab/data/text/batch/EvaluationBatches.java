package dev.steepest.lab.data.text.batch;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.TokenCorpus;
import java.util.List;
import java.util.Objects;

/**
 * One look at a corpus: every token but the first is predicted exactly once, in consecutive blocks
 * of one context. The last block may be shorter than a context; its targets end in {@link
 * TokenBatch#IGNORED}, its inputs in token 0. Safe for many threads.
 */
public final class EvaluationBatches {

  private final TokenCorpus corpus;
  private final int rows;
  private final int context;
  private final long predictions;

  /**
   * @param corpus at least two tokens
   * @param rows most sequences per batch, at least 1
   * @param context predictions per sequence, at least 1
   * @param most predictions that are looked at, from the start; 0 for all
   */
  public EvaluationBatches(TokenCorpus corpus, int rows, int context, long most) {
    if (rows < 1 || context < 1 || most < 0) {
      throw new IllegalArgumentException(
          "cannot evaluate batches of %d × %d and at most %d tokens"
              .formatted(rows, context, most));
    }
    if (corpus.length() < 2) {
      throw new DataException(
          "Cannot evaluate",
          List.of("the text has %d tokens, at least 2 are needed".formatted(corpus.length())),
          "Use more text, or hold out a larger share of it.");
    }
    this.corpus = corpus;
    this.rows = rows;
    this.context = context;
    this.predictions = most == 0 ? corpus.length() - 1 : Math.min(most, corpus.length() - 1);
  }

  /** Tokens that are predicted. */
  public long predictions() {
    return predictions;
  }

  /** Number of batches; the last may have fewer rows. */
  public long count() {
    return (blocks() + rows - 1) / rows;
  }

  /** Batch {@code index}, from 0; the caller closes it. */
  public TokenBatch batch(long index) {
    Objects.checkIndex(index, count());
    int here = (int) Math.min(rows, blocks() - index * rows);
    Rows batch = new Rows(corpus, here, context);
    for (int row = 0; row < here; row++) {
      long from = (index * rows + row) * context;
      int real = (int) Math.min(context, predictions - from);
      batch.fill(row, 0, from, real);
      batch.pad(row, real);
    }
    return batch.finish();
  }

  private long blocks() {
    return (predictions + context - 1) / context;
  }
}
