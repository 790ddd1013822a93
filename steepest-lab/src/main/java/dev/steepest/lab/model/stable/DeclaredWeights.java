package dev.steepest.lab.model.stable;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Which weights a network has, found by building it of tensors without memory.
 *
 * @param shapes sizes of dimensions by name, in the order in which the network asks for them
 */
public record DeclaredWeights(SequencedMap<String, long[]> shapes) {
  public DeclaredWeights {
    shapes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(shapes));
  }

  /** The weights that this network would take; it is built, looked at and closed. */
  public static DeclaredWeights of(Function<WeightSource, ? extends FrozenNetwork> network) {
    SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
    WeightSource declaring =
        (name, shape) -> {
          shapes.put(name, shape.clone());
          return new Tensor();
        };
    try (PointerScope _ = new PointerScope();
        FrozenNetwork _ = network.apply(declaring)) {
      return new DeclaredWeights(shapes);
    }
  }

  /** Number of scalars. */
  public long count() {
    return shapes.values().stream().mapToLong(DeclaredWeights::numel).sum();
  }

  private static long numel(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
