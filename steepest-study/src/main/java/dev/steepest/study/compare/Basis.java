package dev.steepest.study.compare;

/** Which test decided a comparison; {@link Comparison} says when each is taken. */
public enum Basis {
  /** Student's t on the paired differences. */
  PAIRED_T,
  /**
   * Paired t, and also the sign test with the leader's divergences (or missed targets) as losses:
   * the larger p.
   */
  PAIRED_T_AND_SIGN,
  /** The sign test alone: too many pairs have no numbers. */
  SIGN
}
