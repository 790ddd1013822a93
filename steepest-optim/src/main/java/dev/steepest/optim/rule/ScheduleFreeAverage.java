package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Numbers;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What the schedule-free rules share: a base iterate z, its weighted average x, and the point y
 * between them at which gradients are taken. The parameter holds y; z is a buffer; x follows from
 * both.
 *
 * <pre>
 *   γₜ = γ·min(1, t/T),  w = tʳ·(max γ)ᵖ,  c = w/Σw
 *   z ← z − γₜd
 *   x ← (1 − c)x + cz
 *   y = (1 − β)z + βx
 * </pre>
 *
 * <p>To be evaluated, y is moved to x, rounded to the parameter's type; the optimizer keeps y and
 * restores it to the bit.
 *
 * @param beta β: how far y is from z towards x
 * @param warmupSteps T
 * @param r power of t in the weights
 * @param weightLrPower p: power of the learning rate in the weights
 */
record ScheduleFreeAverage(double beta, long warmupSteps, double r, double weightLrPower) {

  private static final String Z = "base";
  private static final String WEIGHT_SUM = "weight_sum"; // Σw
  private static final String LR_MAX = "lr_max"; // max γ

  static final Map<String, Double> NUMBERS = Map.of(WEIGHT_SUM, 0.0, LR_MAX, 0.0);

  static Buffer base(Parameter parameter) {
    return Buffer.copyOf(parameter, Z);
  }

  void count(Numbers numbers, long t, double lr) {
    numbers.set(LR_MAX, Math.max(numbers.get(LR_MAX), warmed(t, lr)));
    numbers.set(WEIGHT_SUM, numbers.get(WEIGHT_SUM) + weight(t, numbers.get(LR_MAX)));
  }

  /** One step along {@code direction}, d. */
  void move(Elements e, Tensor direction, double lr) {
    double rate = warmed(e.step(), lr);
    double sum = e.number(WEIGHT_SUM);
    double c = sum == 0 ? 0 : weight(e.step(), e.number(LR_MAX)) / sum;
    Tensor z = e.buffer(Z);
    // y ← (1 − β)(z − γₜd) + β((1 − c)x + c(z − γₜd)) where βx = y − (1 − β)z, that is
    // y ← y + c(z − y) − γₜ(1 − β(1 − c))d
    e.value().lerp_(z, new Scalar(c)).sub_(direction, new Scalar(rate * (1 - beta * (1 - c))));
    // z ← z − γₜd
    z.sub_(direction, new Scalar(rate));
  }

  /** x = y + (1 − 1/β)(z − y) */
  void toEvaluation(ParameterState p) {
    p.value().lerp_(p.buffer(Z), new Scalar(1 - 1 / beta));
  }

  /** γₜ */
  private double warmed(long t, double lr) {
    return t < warmupSteps ? lr * t / warmupSteps : lr;
  }

  /** w */
  private double weight(long t, double lrMax) {
    return Math.pow(t, r) * Math.pow(lrMax, weightLrPower);
  }
}
