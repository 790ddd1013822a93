package dev.steepest.optim;

import java.util.List;

/**
 * Schedules one after the other; each counts its steps from its own start.
 *
 * @param lengths steps of each part but the last, which has no end
 * @param parts one more than lengths
 */
public record Sequence(List<Long> lengths, List<Schedule> parts) implements Schedule {

  public Sequence {
    lengths = List.copyOf(lengths);
    parts = List.copyOf(parts);
    if (parts.size() != lengths.size() + 1) {
      throw new IllegalArgumentException(
          parts.size() + " parts need " + (parts.size() - 1) + " lengths, not " + lengths.size());
    }
    lengths.forEach(length -> Checks.atLeast("length of a part", length, 0));
  }

  @Override
  public double factor(long step) {
    long since = step;
    for (int i = 0; i < lengths.size(); i++) {
      if (since < lengths.get(i)) {
        return parts.get(i).factor(since);
      }
      since -= lengths.get(i);
    }
    return parts.getLast().factor(since);
  }
}
