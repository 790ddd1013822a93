package dev.steepest.lab.model.field;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A perceptron for each image, from features of a point to its colours: a first layer, hidden
 * matrices and a linear head.
 *
 * <p>Legend: B images drawn, P points of each, I inputs, O outputs.
 */
final class Perceptron {
  private final List<StackedLinear> layers = new ArrayList<>();
  private final StackedLinear head;
  private final UnaryOperator<Tensor> activation;

  /**
   * Sizes.
   *
   * @param in features of a point
   * @param width outputs of the first layer and of each hidden matrix
   * @param hidden hidden matrices
   * @param out colours
   */
  record Sizes(long in, long width, int hidden, long out) {}

  /**
   * How far from 0 weights and biases begin: uniformly in ± these.
   *
   * @param first of the first layer's weights
   * @param hidden of the hidden matrices
   * @param head of the head's weights
   * @param firstBias of the first layer's biases
   * @param otherBias of the other biases
   */
  record Bounds(double first, double hidden, double head, double firstBias, double otherBias) {
    /**
     * √(6/in) before each ReLU (He et al. 2015, arXiv:1502.01852), 1/√in before the colours; biases
     * 0.
     */
    static Bounds forRelu(Sizes sizes) {
      return new Bounds(
          Math.sqrt(6.0 / sizes.in()),
          Math.sqrt(6.0 / sizes.width()),
          1 / Math.sqrt(sizes.width()),
          0,
          0);
    }
  }

  Perceptron(Stack stack, Sizes sizes, Bounds bounds, UnaryOperator<Tensor> activation) {
    this.activation = activation;
    layers.add(
        new StackedLinear(
            stack.at("first"),
            Role.INPUT,
            sizes.in(),
            sizes.width(),
            bounds.first(),
            bounds.firstBias()));
    for (int i = 0; i < sizes.hidden(); i++) {
      layers.add(
          new StackedLinear(
              stack.at("hidden").at(i),
              Role.MATRIX,
              sizes.width(),
              sizes.width(),
              bounds.hidden(),
              bounds.otherBias()));
    }
    head =
        new StackedLinear(
            stack.at("head"),
            Role.HEAD,
            sizes.width(),
            sizes.out(),
            bounds.head(),
            bounds.otherBias());
  }

  /**
   * Applies the perceptrons of some images.
   *
   * @param features [B, P, I]
   * @param which int64 [B]
   * @return [B, P, O]
   */
  Tensor apply(Tensor features, Tensor which) {
    Tensor x = features;
    for (StackedLinear layer : layers) {
      x = activation.apply(layer.apply(x, which));
    }
    return head.apply(x, which);
  }
}
