package dev.steepest.optim.golden;

import java.util.Map;

/** NorMuon, AdaGO, Dion2 and NorDion2. */
final class SpectralVariants implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of();
  }
}
