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

/** Square matrices of several sizes, those of one size stacked for one batched call. */
final class Stacks {

  private Stacks() {}

  /** The places of {@code squares} that have matrices of one size. */
  static Collection<List<Integer>> bySize(List<Tensor> squares) {
    Map<Long, List<Integer>> alike = new LinkedHashMap<>();
    for (int i = 0; i < squares.size(); i++) {
      alike.computeIfAbsent(squares.get(i).size(0), _ -> new ArrayList<>()).add(i);
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
