package dev.steepest.lab.model.field;

import dev.steepest.lab.model.NetworkKind;
import java.util.List;

/** The representations of images by name. A new one is one file and one line here. */
public final class Fields {
  private static final List<NetworkKind<Canvas>> ALL = List.of();

  private Fields() {}

  public static List<NetworkKind<Canvas>> all() {
    return ALL;
  }
}
