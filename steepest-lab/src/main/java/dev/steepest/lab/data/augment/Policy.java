package dev.steepest.lab.data.augment;

/** An automatic augmentation policy. */
public enum Policy {
  NONE,
  /** One random operation of random strength per image (Müller and Hutter, ICCV 2021). */
  TRIVIAL_AUGMENT_WIDE
}
