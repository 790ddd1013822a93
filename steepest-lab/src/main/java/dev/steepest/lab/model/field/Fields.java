package dev.steepest.lab.model.field;

import dev.steepest.lab.model.NetworkKind;
import java.util.List;
import java.util.Map;

/** The representations of images by name. A new one is one file and one line here. */
public final class Fields {
  private static final List<NetworkKind<Canvas>> ALL =
      List.of(Pixels.KIND, Latent.KIND, Fourier.KIND, Siren.KIND, HashGrid.KIND);

  private Fields() {}

  public static List<NetworkKind<Canvas>> all() {
    return ALL;
  }

  /** Whether a network of this name is a representation of images. */
  public static boolean isField(String name) {
    return ALL.stream().anyMatch(kind -> kind.name().equals(name));
  }

  /**
   * A representation in its initial state.
   *
   * @param values settings by key; absent ones take their default
   * @param seed of the initial values; those of image i do not depend on how many there are
   * @throws IllegalArgumentException for an unknown name or key, or a value out of range
   */
  public static ImageField named(String name, Canvas canvas, Map<String, ?> values, long seed) {
    return (ImageField)
        ALL.stream()
            .filter(kind -> kind.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "Unknown representation '%s'; known are %s."
                        .formatted(name, ALL.stream().map(NetworkKind::name).toList())))
            .create(canvas, values, seed);
  }
}
