package dev.steepest.lab.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * How many optimizer steps each pass over the training data has, and so what epochs are in steps.
 *
 * @param stretches of epochs with equally many steps, one after the other; the last has no end
 */
public record Pace(List<Stretch> stretches) {

  /**
   * Epochs with equally many steps.
   *
   * @param epoch the first one
   * @param step the first step of that
   * @param batches steps in each, at least 1
   */
  public record Stretch(long epoch, long step, long batches) {}

  public Pace {
    stretches = List.copyOf(stretches);
  }

  /** The same number of steps in every epoch, at least 1. */
  public static Pace constant(long batches) {
    return new Pace(List.of(new Stretch(0, 0, batches)));
  }

  /**
   * Numbers of steps that change between epochs.
   *
   * @param batches steps of an epoch, at least 1, by the first epoch that has so many; epoch 0 is
   *     there
   */
  public static Pace of(SortedMap<Long, Long> batches) {
    List<Stretch> stretches = new ArrayList<>();
    for (Map.Entry<Long, Long> next : batches.entrySet()) {
      long step = 0;
      if (!stretches.isEmpty()) {
        Stretch last = stretches.getLast();
        step = last.step + (next.getKey() - last.epoch) * last.batches;
      }
      stretches.add(new Stretch(next.getKey(), step, next.getValue()));
    }
    return new Pace(stretches);
  }

  /** Steps of one epoch, counted from 0. */
  public long batches(long epoch) {
    return inEpoch(epoch).batches;
  }

  /** Steps in so many epochs, with the fraction that a fraction of an epoch makes. */
  public double steps(double epochs) {
    Stretch stretch = inEpoch(epochs);
    return stretch.step + (epochs - stretch.epoch) * stretch.batches;
  }

  /** Epochs in so many steps, fractional within an epoch. */
  public double epochs(long steps) {
    Stretch stretch = latest(steps);
    return stretch.epoch + (steps - stretch.step) / (double) stretch.batches;
  }

  /** The epoch, from 0, to which a step, from 0, belongs. */
  public long epochOf(long step) {
    Stretch stretch = latest(step);
    return stretch.epoch + (step - stretch.step) / stretch.batches;
  }

  private Stretch inEpoch(double epoch) {
    return stretches.reversed().stream().filter(s -> s.epoch <= epoch).findFirst().orElseThrow();
  }

  private Stretch latest(long step) {
    return stretches.reversed().stream().filter(s -> s.step <= step).findFirst().orElseThrow();
  }

  /** E.g. {@code 48}, or {@code 48, from epoch 30 on 24}. */
  @Override
  public String toString() {
    return stretches.stream()
        .map(s ->
            s.epoch == 0 ? "" + s.batches : "from epoch %d on %d".formatted(s.epoch, s.batches))
        .collect(Collectors.joining(", "));
  }
}
