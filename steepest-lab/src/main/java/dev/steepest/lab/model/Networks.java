package dev.steepest.lab.model;

import java.util.List;

/** The networks by name. A new network is one file and one line here. */
public final class Networks {
  private static final List<NetworkKind> ALL =
      List.of(ResNet18.KIND, MiniViT.KIND, Airbench94.KIND, SmallCnn.KIND, Mlp.KIND);

  private Networks() {}

  public static List<NetworkKind> all() {
    return ALL;
  }

  /**
   * The network of a name.
   *
   * @throws IllegalArgumentException listing the known names
   */
  public static NetworkKind named(String name) {
    return ALL.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "Unknown network '%s'; known are %s."
                    .formatted(name, ALL.stream().map(NetworkKind::name).toList())));
  }
}
