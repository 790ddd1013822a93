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
  public static <N extends AutoCloseable> DeclaredWeights of(Function<WeightSource, N> network) {
    SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
    try (PointerScope _ = new PointerScope();
        N _ =
            network.apply((name, shape) -> {
              shapes.put(name, shape.clone());
              return new Tensor();
            })) {
      return new DeclaredWeights(shapes);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("A network of empty tensors cannot be closed.", e);
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
