package dev.steepest.lab.task;

import dev.steepest.lab.train.Freezing;
import java.util.ArrayList;
import java.util.List;

/** What is frozen at the beginning of a run, as settings write it. */
public final class FrozenUntil {
  private FrozenUntil() {}

  /**
   * Reads what is frozen until when.
   *
   * @param text prefixes of parameters and epochs, e.g. {@code layer1:5 conv1:5}
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static Freezing read(String text) {
    List<Freezing.Part> parts = new ArrayList<>();
    for (String pair : text.strip().split("\\s+")) {
      if (!pair.matches("[^:]+:\\d{1,6}(\\.\\d+)?")) {
        throw new IllegalArgumentException(
            "training.frozen_until = '%s': '%s' is not PREFIX:EPOCH; write e.g. \"layer1:5 conv1:5\" or \"%s:3\""
                .formatted(text, pair, Freezing.ALL_BUT_HEAD));
      }
      String[] words = pair.split(":");
      double until = Double.parseDouble(words[1]);
      if (until == 0) {
        throw new IllegalArgumentException(
            "training.frozen_until = '%s': %s is trained from epoch 0 on anyway; leave it out"
                .formatted(text, words[0]));
      }
      parts.add(new Freezing.Part(words[0], 0, until));
    }
    return new Freezing(parts);
  }
}
