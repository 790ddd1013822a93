package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.stack;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** Square matrices of several sizes, those of one size stacked where one batched call is faster. */
final class Stacks {

  /**
   * Longest side of matrices that are stacked on a CPU: inverse roots of 400 of 16² take 2.6 times
   * as long one after the other, 48 of 64² 1.15 times, 24 of 128² .7 and 12 of 256² .5 (measured, 2
   * shared cores).
   */
  private static final long STACKED_SIDE = 64;

  private Stacks() {}

  /** Places of matrices of one size that go together; all of them on a GPU. */
  static Collection<List<Integer>> bySize(List<Tensor> squares) {
    Map<Long, List<Integer>> alike = new LinkedHashMap<>();
    for (int i = 0; i < squares.size(); i++) {
      long n = squares.get(i).size(0);
      boolean stacked = n <= STACKED_SIDE || squares.get(i).is_cuda();
      long alone = -1L - i;
      alike.computeIfAbsent(stacked ? n : alone, _ -> new ArrayList<>()).add(i);
    }
    return alike.values();
  }

  /** (places, n, n) */
  static Tensor of(List<Tensor> squares, List<Integer> places) {
    if (places.size() == 1) {
      return squares.get(places.getFirst()).unsqueeze(0);
    }
    TensorVector parts = new TensorVector();
    places.forEach(place -> parts.push_back(squares.get(place)));
    return stack(parts, 0);
  }

  /** What {@code batched} makes of each, in the order given. */
  static List<Tensor> map(List<Tensor> squares, UnaryOperator<Tensor> batched) {
    List<Tensor> results = new ArrayList<>(squares);
    for (List<Integer> places : bySize(squares)) {
      Tensor result = batched.apply(of(squares, places));
      for (int i = 0; i < places.size(); i++) {
        results.set(places.get(i), result.select(0, i));
      }
    }
    return results;
  }
}
