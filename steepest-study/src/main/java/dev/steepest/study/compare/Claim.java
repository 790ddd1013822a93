package dev.steepest.study.compare;

/** What a comparison entitles one to say. */
public enum Claim {
  /** The first arm is better, within the rule's probability of error. */
  FIRST_BETTER,
  /** The second arm is better, within the rule's probability of error. */
  SECOND_BETTER,
  /**
   * There were enough pairs to look, and no difference was shown. That is not a proof of equality.
   */
  NOT_SHOWN,
  /** So few pairs that no difference could have been shown. */
  TOO_FEW_PAIRS,
  /** There is no pair in which both arms have a value, and divergence does not decide either. */
  NOT_COMPARABLE
}
