package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.clear_cache;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A part of a network that hands several tensors on to the next part: what later parts need, and
 * skips. Together the parts of a network go from one tensor to one tensor. They must not draw
 * random numbers.
 */
@FunctionalInterface
public interface Stage {

  /** What goes in, to what comes out. */
  List<Tensor> apply(List<Tensor> in);

  /** x through all stages, of whose insides nothing is kept but by autograd. */
  static Tensor run(List<Stage> stages, Tensor x) {
    List<Tensor> at = List.of(x);
    for (Stage stage : stages) {
      List<Tensor> in = at;
      at = Block.all(() -> stage.apply(in));
    }
    return at.getFirst();
  }

  /**
   * Adds the gradient of a loss of the last stage's result to that of the weights, as {@code
   * loss.backward()} would, but keeps only what goes into the stages: their insides are computed
   * again when the gradient arrives (Chen et al. 2016, arXiv:1604.06174).
   *
   * @param x wants no gradient
   * @param loss of the last stage's result: a scalar
   * @return the loss, detached
   */
  static Tensor backward(List<Stage> stages, Tensor x, UnaryOperator<Tensor> loss) {
    return Block.apply(
        x,
        first -> {
          // Inputs of every stage, of which those want a gradient that depend on what is trained.
          List<List<Tensor>> inputs = new ArrayList<>();
          List<Tensor> at = List.of(first.detach());
          for (Stage stage : stages) {
            inputs.add(at);
            List<Tensor> in = at;
            at = Block.all(() -> stage.apply(in).stream().map(Stage::leaf).toList());
            clear_cache(); // of autocast: what was cast belongs to a graph that is gone
          }
          Tensor value = loss.apply(at.getFirst());
          if (value.requires_grad()) {
            value.backward();
          }
          for (int i = stages.size() - 1; i >= 0; i--) {
            back(stages.get(i), inputs.get(i), at);
            at = inputs.get(i);
          }
          return value.detach();
        });
  }

  private static Tensor leaf(Tensor result) {
    return result.detach().set_requires_grad(result.requires_grad());
  }

  /** Goes back through one stage, from the gradients that are in the leaves behind it. */
  private static void back(Stage stage, List<Tensor> in, List<Tensor> behind) {
    if (behind.stream().noneMatch(leaf -> leaf.grad().defined())) {
      return;
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(true)) {
      List<Tensor> out = stage.apply(in);
      var roots = new TensorVector();
      var gradients = new TensorVector();
      for (int i = 0; i < out.size(); i++) {
        Tensor gradient = behind.get(i).grad();
        if (gradient.defined()) {
          roots.push_back(out.get(i));
          gradients.push_back(gradient);
        }
      }
      torch.backward(roots, gradients, new BoolOptional(false), false, new TensorVector());
      clear_cache();
    }
  }
}
