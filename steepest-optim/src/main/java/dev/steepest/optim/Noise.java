package dev.steepest.optim;

import dev.steepest.tensor.Seeds;
import org.bytedeco.pytorch.Tensor;

/**
 * Where rules get random numbers from. What is drawn depends on who draws, what for and when, never
 * on the order of the draws: a resumed, sharded or regrouped optimizer draws the same.
 */
public interface Noise {

  /**
   * Standard normal float32 numbers on the CPU.
   *
   * @param parameter name of the parameter that they are for
   * @param what which of the rule's draws
   * @param step the update that they are for, from 1; 0 for what is drawn before the first
   */
  Tensor normal(String parameter, String what, long step, long... shape);

  /**
   * Whole numbers from 0 to 65,535, each as likely, as int32 on the CPU: the bits that decide a
   * stochastic rounding.
   *
   * @param who rounds: the parameter's rule or a wrapper
   */
  default Tensor bits(String parameter, String who, long step, long... shape) {
    return Seeds.bits(Seeds.derive(Seeds.derive(0, parameter), who + " " + step), shape);
  }

  /** Numbers from a seed. */
  static Noise seeded(long seed) {
    return new Noise() {
      @Override
      public Tensor normal(String parameter, String what, long step, long... shape) {
        long own = Seeds.derive(Seeds.derive(seed, parameter), what);
        return Seeds.normal(step == 0 ? own : Seeds.derive(own, Long.toString(step)), shape);
      }

      @Override
      public Tensor bits(String parameter, String who, long step, long... shape) {
        return Seeds.bits(Seeds.derive(Seeds.derive(seed, parameter), who + " " + step), shape);
      }
    };
  }
}
