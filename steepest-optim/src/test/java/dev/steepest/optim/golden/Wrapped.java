package dev.steepest.optim.golden;

import java.util.Map;

/** Wrappers around plain rules: SAM, Lookahead. */
final class Wrapped implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of();
  }
}
