package dev.steepest.optim.golden;

import java.util.Map;

/** Rules that scale each element by what it has seen: NAdam, RMSprop, Adagrad and their kin. */
final class Adaptive implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of();
  }
}
