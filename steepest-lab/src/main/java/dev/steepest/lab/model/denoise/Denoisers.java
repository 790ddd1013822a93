package dev.steepest.lab.model.denoise;

import dev.steepest.lab.model.NetworkKind;
import java.util.List;

/** The denoising networks by name. A new one is one file and one line here. */
public final class Denoisers {
  private static final List<NetworkKind<Conditions>> ALL = List.of(SmallUnet.KIND);

  private Denoisers() {}

  public static List<NetworkKind<Conditions>> all() {
    return ALL;
  }
}
