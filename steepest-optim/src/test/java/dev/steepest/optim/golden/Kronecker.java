package dev.steepest.optim.golden;

import java.util.Map;

/** Rules with a factor per dimension: Shampoo, SOAP, PSGD-Kron. */
final class Kronecker implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of();
  }
}
