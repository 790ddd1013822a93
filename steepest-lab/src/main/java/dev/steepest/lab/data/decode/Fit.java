package dev.steepest.lab.data.decode;

/** How a picture that is no square becomes one. */
public enum Fit {
  /** The shorter side to the wanted size, then the middle of the longer one. */
  CROP,
  /** Either side to the wanted size. */
  SQUASH,
  /** It must be one, of the wanted size. */
  EXACT
}
