package dev.steepest.lab.train;

import dev.steepest.lab.data.text.batch.EvaluationBatches;
import dev.steepest.lab.data.text.batch.TokenBatch;
import dev.steepest.lab.data.text.batch.TokenBatches;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.LongFunction;

/** Text as training data: sequences of tokens, each with the token behind it as its label. */
public final class TokenTrainingData implements TrainingData {
  private final TokenBatches training;
  private final SequencedMap<String, EvaluationBatches> evaluation;

  /**
   * @param training what is learned from
   * @param evaluation what is measured on, by name, in order
   */
  public TokenTrainingData(
      TokenBatches training, SequencedMap<String, EvaluationBatches> evaluation) {
    this.training = training;
    this.evaluation = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evaluation));
  }

  @Override
  public long samplesPerEpoch() {
    return training.samplesPerEpoch();
  }

  @Override
  public String fingerprint() {
    return training.fingerprint();
  }

  @Override
  public Pace pace() {
    return Pace.constant(training.batchesPerEpoch());
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return new Stream(
        firstBatch, training.batchesPerEpoch(), index -> training.batch(epoch, index));
  }

  @Override
  public MiniBatch first(int samples) {
    int rows = (int) Math.min(samples, samplesPerEpoch() / training.batchesPerEpoch());
    return miniBatch(training.batch(0, 0, 0, rows));
  }

  @Override
  public Set<String> evaluationSets() {
    return evaluation.keySet();
  }

  @Override
  public BatchStream evaluation(String set) {
    EvaluationBatches batches = evaluation.get(set);
    if (batches == null) {
      throw new IllegalArgumentException(
          "No evaluation set '%s'; there are %s.".formatted(set, evaluation.keySet()));
    }
    return stream(batches);
  }

  /** All of a text, once, in its order. */
  public static BatchStream stream(EvaluationBatches batches) {
    return new Stream(0, batches.count(), batches::batch);
  }

  private static MiniBatch miniBatch(TokenBatch batch) {
    return new MiniBatch(batch.inputs(), batch.targets());
  }

  private static final class Stream implements BatchStream {
    private final long count;
    private final LongFunction<TokenBatch> batches;
    private long next;

    Stream(long first, long count, LongFunction<TokenBatch> batches) {
      next = first;
      this.count = count;
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public MiniBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("there are only %d batches".formatted(count));
      }
      return miniBatch(batches.apply(next++));
    }

    @Override
    public void close() {}
  }
}
