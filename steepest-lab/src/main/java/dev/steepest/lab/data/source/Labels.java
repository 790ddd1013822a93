package dev.steepest.lab.data.source;

import java.nio.file.Path;

/** Labels as stored: one byte each. */
final class Labels {

  private Labels() {}

  /** Adds a problem if any of the labels is not a class. */
  static void check(Path path, byte[] labels, int classes, Findings findings) {
    int wrong = 0;
    int first = -1;
    for (int i = 0; i < labels.length; i++) {
      if ((labels[i] & 0xFF) >= classes) {
        first = wrong++ == 0 ? i : first;
      }
    }
    if (wrong > 0) {
      findings.add(
          path,
          "labels 0 … %d".formatted(classes - 1),
          "%d outside, the first %d at position %d".formatted(wrong, labels[first] & 0xFF, first));
    }
  }

  static long[] widen(byte[] labels) {
    long[] wide = new long[labels.length];
    for (int i = 0; i < labels.length; i++) {
      wide[i] = labels[i] & 0xFF;
    }
    return wide;
  }
}
