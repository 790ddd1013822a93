package dev.steepest.study.compare;

/** A verdict for the terminal: plain text, no colours, at most 100 columns. */
public final class VerdictText {
  private VerdictText() {}

  public static String of(Verdict verdict) {
    return verdict.headline() + "\n";
  }
}
