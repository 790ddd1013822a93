package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;

/** One batch normalisation during one pass: from sums over the batch to numbers per lane. */
final class Normalisation {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Norm norm;
  private final ChannelLanes lanes;
  private final double epsilon;
  private double[] inverseDeviation; // 1/√(var + ε)
  private long count;
  private Affine affine;

  Normalisation(Norm norm, double epsilon) {
    this.norm = norm;
    this.epsilon = epsilon;
    lanes = new ChannelLanes(Math.toIntExact(norm.weight().numel()));
  }

  /** What the last call of {@link #byBatch} or {@link #byRunning} made. */
  Affine affine() {
    return affine;
  }

  /**
   * Normalises by the batch.
   *
   * @param moments Σx and Σx² over the batch
   * @param values M, how many values each channel has
   * @param momentum weight of the batch in the running statistics
   */
  void byBatch(LaneSums moments, long values, Statistics statistics, double momentum) {
    count = values;
    double[] mean = moments.first();
    double[] variance = moments.second();
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= count;
      double raw = variance[c] / count - mean[c] * mean[c];
      variance[c] = raw < 0 ? 0 : raw; // rounding; a NaN stays
    }
    normalise(mean, variance);
    if (statistics == Statistics.UPDATE) {
      move(norm.runningMean(), mean, momentum, 1);
      move(norm.runningVariance(), variance, momentum, (double) count / (count - 1));
    }
  }

  /** Normalises by the running statistics. */
  void byRunning() {
    normalise(doubles(norm.runningMean()), doubles(norm.runningVariance()));
  }

  private void normalise(double[] mean, double[] variance) {
    double[] weight = doubles(norm.weight());
    double[] bias = doubles(norm.bias());
    inverseDeviation = new double[mean.length];
    float[] means = new float[mean.length];
    float[] scales = new float[mean.length];
    float[] shifts = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      inverseDeviation[c] = 1 / Math.sqrt(variance[c] + epsilon);
      means[c] = (float) mean[c];
      scales[c] = (float) (weight[c] * inverseDeviation[c]);
      shifts[c] = (float) bias[c];
    }
    affine = Affine.of(lanes, means, scales, shifts);
  }

  private static void move(Tensor running, double[] batch, double momentum, double correction) {
    MemorySegment memory = Volume.memory(running);
    for (int c = 0; c < batch.length; c++) {
      double before = memory.getAtIndex(FLOAT, c);
      double after = (1 - momentum) * before + momentum * correction * batch[c];
      memory.setAtIndex(FLOAT, c, (float) after);
    }
  }

  /**
   * Leaves the gradients of weight and bias in them.
   *
   * @param sums Σg′ and Σg′·(x − mean), as {@link InnerGradient} leaves them
   * @return what makes g′ the gradient of x
   */
  NormGradient backward(LaneSums sums) {
    double[] biasGradient = sums.first();
    double[] product = sums.second();
    double[] weight = doubles(norm.weight());
    double[] weightGradient = new double[product.length];
    float[] slope = new float[product.length];
    float[] offset = new float[product.length];
    for (int c = 0; c < product.length; c++) {
      double inverse = inverseDeviation[c];
      weightGradient[c] = product[c] * inverse;
      slope[c] = (float) (-weight[c] * inverse * inverse * inverse * product[c] / count);
      offset[c] = (float) (-weight[c] * inverse * biasGradient[c] / count);
    }
    Gradients.add(norm.bias(), biasGradient);
    Gradients.add(norm.weight(), weightGradient);
    return new NormGradient(
        affine.mean(), affine.scale(), lanes.spread(slope), lanes.spread(offset));
  }

  private static double[] doubles(Tensor floats) {
    return doubles(Volume.memory(floats), Math.toIntExact(floats.numel()));
  }

  private static double[] doubles(MemorySegment memory, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = memory.getAtIndex(FLOAT, i);
    }
    return values;
  }
}
