package dev.steepest.optim;

import java.util.Collection;

/** The known word nearest to a mistyped one. */
final class Suggestion {

  private Suggestion() {}

  /** {@code " (did you mean 'x'?)"}, or nothing where no word is near. */
  static String among(Collection<String> known, String given) {
    String best = null;
    int least = Math.max(1, given.length() / 2) + 1;
    for (String word : known) {
      int distance = distance(word, given);
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    return best == null ? "" : " (did you mean '" + best + "'?)";
  }

  /** Levenshtein's distance: insertions, deletions and replacements. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
