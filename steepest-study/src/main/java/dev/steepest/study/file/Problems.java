package dev.steepest.study.file;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Collects everything that is wrong with a file, so that it can be said at once. */
public final class Problems {
  private final List<String> messages = new ArrayList<>();
  private final Optional<Problems> before;

  public Problems() {
    this(Optional.empty());
  }

  private Problems(Optional<Problems> before) {
    this.before = before;
  }

  /** A list of its own, which is empty only as long as this one is. */
  public Problems after() {
    return new Problems(Optional.of(this));
  }

  /** The messages of this list alone. */
  public List<String> messages() {
    return List.copyOf(messages);
  }

  public void add(String message) {
    if (!messages.contains(message)) {
      messages.add(message);
    }
  }

  public void add(String where, String what) {
    add(where + ": " + what);
  }

  public boolean isEmpty() {
    return messages.isEmpty() && before.map(Problems::isEmpty).orElse(true);
  }

  public void throwIfAny(String what) {
    if (!messages.isEmpty()) {
      throw new ProblemsException(what, messages);
    }
  }

  /** "there is no optimizer 'moun'; did you mean 'muon'? (known: …)". */
  public static String unknown(String kind, String given, Collection<String> known) {
    String suggestion =
        known.stream()
            .map(k -> new Candidate(k, distance(given.toLowerCase(Locale.ROOT), k)))
            .filter(c -> c.distance <= Math.max(1, given.length() / 3) || alike(given, c.word))
            .min(Comparator.comparingInt(c -> c.distance))
            .map(c -> "did you mean '" + c.word + "'? ")
            .orElse("");
    return "there is no "
        + kind
        + " '"
        + given
        + "'; "
        + suggestion
        + (suggestion.isEmpty() ? "known: " : "(known: ")
        + (known.isEmpty() ? "none" : String.join(", ", known))
        + (suggestion.isEmpty() ? "" : ")");
  }

  private record Candidate(String word, int distance) {}

  private static boolean alike(String given, String word) {
    return given.length() >= 3 && (word.startsWith(given) || given.startsWith(word));
  }

  /** Damerau-Levenshtein distance, in which two neighbours swapped count as one mistake. */
  public static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] =
            Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + substitution);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
