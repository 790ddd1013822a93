package dev.steepest.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Batch sizes that change during a run ("Don't decay the learning rate, increase the batch size",
 * arXiv 1711.00489). A value only: the trainer that draws the batches asks it.
 *
 * @param unit what is counted
 * @param from number of examples by the first epoch or step that has it, counted from 0; epoch or
 *     step 0 must be given, every size is at least 1
 */
public record BatchSizes(Unit unit, SortedMap<Long, Integer> from) {

  /** What is counted. */
  public enum Unit {
    EPOCH,
    STEP
  }

  public BatchSizes {
    from = Collections.unmodifiableSortedMap(new TreeMap<>(from));
    String counted = Knobs.word(unit);
    List<String> problems = new ArrayList<>();
    if (!from.containsKey(0L)) {
      problems.add("no size for " + counted + " 0");
    }
    from.forEach((start, size) -> {
      if (start < 0) {
        problems.add(counted + " " + start + " must be at least 0");
      }
      if (size < 1) {
        problems.add("size " + size + " from " + counted + " " + start + " must be at least 1");
      }
    });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "batch sizes " + from + ": " + String.join("; ", problems));
    }
  }

  /** One size throughout. */
  public static BatchSizes constant(int size) {
    return new BatchSizes(Unit.EPOCH, new TreeMap<>(Map.of(0L, size)));
  }

  /** Examples in a batch of epoch or step {@code position}, from 0. */
  public int at(long position) {
    Checks.atLeast(Knobs.word(unit), position, 0);
    return from.get(from.headMap(position + 1).lastKey());
  }

  /** The largest size: what memory must suffice for. */
  public int largest() {
    return Collections.max(from.values());
  }
}
