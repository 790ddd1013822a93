package dev.steepest.lab.train;

import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Training data whose labels are drawn anew and which is never evaluated: for steps of which nobody
 * wants a result.
 *
 * @param data the inputs
 * @param classes labels are drawn from 0 to classes − 1
 */
public record DrawnLabels(TrainingData data, int classes) implements TrainingData {
  private static final long SEED = 1; // any

  @Override
  public long samplesPerEpoch() {
    return data.samplesPerEpoch();
  }

  @Override
  public String fingerprint() {
    return data.fingerprint() + " with drawn labels";
  }

  @Override
  public Pace pace() {
    return data.pace();
  }

  @Override
  public BatchStream training(long epoch, long firstBatch) {
    return new Stream(data.training(epoch, firstBatch));
  }

  @Override
  public MiniBatch first(int samples) {
    return data.first(samples);
  }

  @Override
  public Set<String> evaluationSets() {
    return Set.of();
  }

  @Override
  public BatchStream evaluation(String set) {
    throw new IllegalArgumentException("No evaluation set '" + set + "'; there is none.");
  }

  private final class Stream implements BatchStream {
    private final BatchStream inputs;

    Stream(BatchStream inputs) {
      this.inputs = inputs;
    }

    @Override
    public boolean hasNext() {
      return inputs.hasNext();
    }

    @Override
    public MiniBatch next() {
      MiniBatch batch = inputs.next();
      try (PointerScope _ = new PointerScope();
          Tensor _ = batch.labels()) {
        var generator = new GeneratorOptional(torch.make_generator_cpu(SEED));
        Tensor labels =
            torch
                .empty_like(batch.labels())
                .random_(0, new LongOptional(classes), generator)
                .retainReference();
        return new MiniBatch(batch.inputs(), labels);
      }
    }

    @Override
    public void close() {
      inputs.close();
    }
  }
}
