package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Which tokens a token sees: itself and those before it, no further back than a window, and only
 * those of its own document.
 *
 * <p>Legend: B batch, T tokens, R rows of a block of queries, C context.
 *
 * @param window the most tokens that one sees, itself included; at least 1
 * @param bias added to the scores of a block of queries, [R, C + R]: column C + c stands for the
 *     key that lies c after the block's first query; 0 for what is seen, else −∞
 * @param document number of each token's document, int64 [B, T]; null where all see each other
 */
record Sight(long window, Tensor bias, Tensor document) {
  /** Queries of a block: assumed, large enough for the matrix kernels. */
  static final long ROWS = 256;

  /**
   * A sight in which documents do not count.
   *
   * @param context the most tokens of a sequence
   */
  static Sight of(long window, long context) {
    long rows = Math.min(ROWS, context);
    Tensor row_R1 = arange(new Scalar(rows)).unsqueeze(1);
    Tensor column = arange(new Scalar(-context), new Scalar(rows));
    Tensor back = row_R1.sub(column); // how far the key lies before the query
    Tensor hidden = back.lt(new Scalar(0)).logical_or(back.ge(new Scalar(window)));
    Tensor seen = zeros_like(back).to(ScalarType.Float);
    Scalar never = new Scalar(Float.NEGATIVE_INFINITY);
    return new Sight(window, seen.masked_fill(hidden, never), null);
  }

  /** The same within documents, numbered per token: int64 [B, T]. */
  Sight within(Tensor documents) {
    return new Sight(window, bias, documents);
  }

  /** The first key that any query of a block from {@code from} on sees. */
  long firstKey(long from) {
    return Math.max(0, from - window + 1);
  }

  /** The bias of a block: [rows, keys], for keys from {@link #firstKey} to its last query. */
  Tensor bias(long from, long rows) {
    long context = bias.size(1) - bias.size(0);
    long first = firstKey(from);
    return bias.narrow(0, 0, rows).narrow(1, context + first - from, from + rows - first);
  }

  /** Which keys of a block belong to another document than the query: bool [B, 1, rows, keys]. */
  Tensor elsewhere(long from, long rows) {
    long first = firstKey(from);
    Tensor query = document.narrow(1, from, rows).unsqueeze(2);
    Tensor key = document.narrow(1, first, from + rows - first).unsqueeze(1);
    return query.ne(key).unsqueeze(1);
  }

  /** What is seen in a whole sequence: bool, [T, T] or [B, 1, T, T]. */
  Tensor whole(long tokens, TensorOptions place) {
    Tensor ones = full(new long[] {tokens, tokens}, new Scalar(1), place).to(ScalarType.Bool);
    Tensor seen = ones.tril(0).logical_and(ones.triu(1 - window));
    return document == null
        ? seen
        : seen.logical_and(document.unsqueeze(2).eq(document.unsqueeze(1)).unsqueeze(1));
  }
}
