package dev.steepest.lab.model.denoise;

import dev.steepest.lab.model.NetworkKind;
import java.util.List;

/** The denoising networks by name. A new one is one file and one line here. */
public final class Denoisers {
  private static final List<NetworkKind<Conditions>> ALL =
      List.of(SmallUnet.KIND, ContextUnet.KIND);

  private Denoisers() {}

  public static List<NetworkKind<Conditions>> all() {
    return ALL;
  }

  /** Whether a network of this name finds noise. */
  public static boolean isDenoiser(String name) {
    return ALL.stream().anyMatch(kind -> kind.name().equals(name));
  }

  /**
   * The denoising network of a name.
   *
   * @throws IllegalArgumentException listing the known names
   */
  public static NetworkKind<Conditions> named(String name) {
    return ALL.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "Unknown denoising network '%s'; known are %s."
                    .formatted(name, ALL.stream().map(NetworkKind::name).toList())));
  }
}
