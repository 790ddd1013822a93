package dev.steepest.lab.model;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Frees what a block of layers computed on the way to its result.
 *
 * <p>Java handles keep their tensors alive until the surrounding scope ends. Without this, an
 * evaluation pass of ResNet-18 would hold all activations of a batch (about 6 MB per 32×32 image in
 * fp32) as if it were to go backward; in training autograd keeps what it needs by itself.
 */
public final class Block {
  private Block() {}

  /** {@code body(x)}, moved to the caller's scope; everything else the body made is released. */
  public static Tensor apply(Tensor x, UnaryOperator<Tensor> body) {
    return all(() -> List.of(body.apply(x))).getFirst();
  }

  /** Several results, moved to the caller's scope; everything else the body made is released. */
  public static List<Tensor> all(Supplier<List<Tensor>> body) {
    List<Tensor> results;
    try (PointerScope _ = new PointerScope()) {
      results = body.get();
      results.forEach(Tensor::retainReference);
    }
    PointerScope outer = PointerScope.getInnerScope();
    if (outer != null) {
      for (Tensor result : results) {
        outer.attach(result);
        result.releaseReference();
      }
    }
    return results;
  }
}
