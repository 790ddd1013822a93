package dev.steepest.lab.data.drawing;

/** How good a drawing looks. */
public enum Quality {
  /** As it was drawn. */
  CLEAN,
  /** Spoilt in one or more ways: see {@link Degradation}. */
  DEGRADED
}
