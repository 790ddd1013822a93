package dev.steepest.optim.golden;

import java.util.Map;

/** Rules that look at a whole tensor or group: Adafactor, LAMB, MARS, Prodigy. */
final class Tensorwise implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of();
  }
}
