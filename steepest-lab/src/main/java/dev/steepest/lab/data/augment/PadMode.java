package dev.steepest.lab.data.augment;

/** What lies outside an image when a crop reaches there. */
public enum PadMode {
  /** Byte 0 (black), before normalisation. */
  ZEROS,
  /** The image mirrored at its border pixels, which are not repeated. */
  REFLECT
}
