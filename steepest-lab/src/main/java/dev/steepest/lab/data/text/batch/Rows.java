package dev.steepest.lab.data.text.batch;

import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.text.token.TokenCorpus;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A batch under construction, row by row. */
final class Rows {

  private final TokenCorpus corpus;
  private final int context;
  private final Tensor inputs;
  private final Tensor targets;
  private final MemorySegment inputMemory;
  private final MemorySegment targetMemory;
  private long predictions;

  Rows(TokenCorpus corpus, int rows, int context) {
    this.corpus = corpus;
    this.context = context;
    this.inputs =
        TensorMemory.allocate(ScalarType.Long, MemoryFormat.Contiguous, rows, (long) context);
    this.targets =
        TensorMemory.allocate(ScalarType.Long, MemoryFormat.Contiguous, rows, (long) context);
    this.inputMemory = TensorMemory.segment(inputs);
    this.targetMemory = TensorMemory.segment(targets);
  }

  /** Fills {@code count} columns of a row: inputs from a position on, and the tokens after them. */
  void fill(int row, int column, long position, int count) {
    long at = (long) row * context + column;
    corpus.copy(position, count, inputMemory, at);
    corpus.copy(position + 1, count, targetMemory, at);
    predictions += count;
  }

  /** Fills the rest of a row with a token and targets that do not count. */
  void pad(int row, int column) {
    for (long at = (long) row * context + column; at < (row + 1L) * context; at++) {
      inputMemory.setAtIndex(ValueLayout.JAVA_LONG, at, 0);
      targetMemory.setAtIndex(ValueLayout.JAVA_LONG, at, TokenBatch.IGNORED);
    }
  }

  TokenBatch finish() {
    return new TokenBatch(inputs, targets, predictions);
  }
}
