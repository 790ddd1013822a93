package dev.steepest.lab.model.field;

import static org.bytedeco.pytorch.global.torch.baddbmm;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;

/**
 * y_i = x_i·W_iᵀ + b_i for each image i: a linear layer of as many independent networks as there
 * are images.
 *
 * <p>Legend: B images drawn, P points of each, I inputs, O outputs.
 */
final class StackedLinear {
  private final Stack stack;
  private final Tensor weight; // [N·O, I]
  private final Tensor bias; // [N, O]

  /**
   * Registers weight and bias.
   *
   * @param bound weights begin as U(±bound)
   * @param biasBound biases begin as U(±biasBound), 0 if it is 0
   */
  StackedLinear(Stack stack, Role role, long in, long out, double bound, double biasBound) {
    this.stack = stack;
    weight = stack.parameter("weight", role, init -> init.symmetric(bound, out, in));
    bias = stack.parameter("bias", Role.VECTOR, init -> init.symmetric(biasBound, 1, out));
  }

  /**
   * Applies the layers of some images.
   *
   * @param x [B, P, I]
   * @param which int64 [B]
   * @return [B, P, O]
   */
  Tensor apply(Tensor x, Tensor which) {
    return baddbmm(stack.select(bias, which), x, stack.select(weight, which).transpose(1, 2));
  }
}
