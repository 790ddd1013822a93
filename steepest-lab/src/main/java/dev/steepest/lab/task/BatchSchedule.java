package dev.steepest.lab.task;

import dev.steepest.lab.train.Pace;
import dev.steepest.optim.BatchSizes;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Schedule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Batch sizes that change between epochs, and what that does to the learning rate.
 *
 * @param sizes by epoch
 * @param rule how the rate follows
 */
public record BatchSchedule(BatchSizes sizes, Rule rule) {

  /** What the learning rate is multiplied with, of a size against the first one. */
  public enum Rule {
    /** Nothing: the larger batch is in place of a lower rate (arXiv 1711.00489). */
    KEEP {
      @Override
      double factor(double ratio) {
        return 1;
      }
    },
    /** Ratio of the sizes (Goyal et al., arXiv 1706.02677). */
    LINEAR {
      @Override
      double factor(double ratio) {
        return ratio;
      }
    },
    /** Square root of the ratio (Krizhevsky, arXiv 1404.5997). */
    SQRT {
      @Override
      double factor(double ratio) {
        return Math.sqrt(ratio);
      }
    };

    abstract double factor(double ratio);
  }

  /** One size throughout. */
  static BatchSchedule constant(int size) {
    return new BatchSchedule(BatchSizes.constant(size), Rule.KEEP);
  }

  /**
   * Reads sizes.
   *
   * @param text epochs and sizes, e.g. {@code 0:64 30:128}
   * @param first size of epoch 0 where the text says none
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static BatchSizes read(String text, long first) {
    SortedMap<Long, Integer> sizes = new TreeMap<>();
    for (String pair : text.strip().split("\\s+")) {
      if (!pair.matches("\\d{1,9}:\\d{1,7}")) {
        throw new IllegalArgumentException(
            "training.batch_schedule = '%s': '%s' is not EPOCH:SIZE; write e.g. \"0:64 30:128\""
                .formatted(text, pair));
      }
      String[] parts = pair.split(":");
      if (sizes.put(Long.valueOf(parts[0]), Integer.valueOf(parts[1])) != null) {
        throw new IllegalArgumentException(
            "training.batch_schedule = '%s' says epoch %s twice; drop one"
                .formatted(text, parts[0]));
      }
    }
    sizes.putIfAbsent(0L, Math.toIntExact(first));
    try {
      return new BatchSizes(BatchSizes.Unit.EPOCH, sizes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "training.batch_schedule = '%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  /** The one way to write sizes. */
  public static String text(BatchSizes sizes) {
    return sizes.from().entrySet().stream()
        .map(size -> size.getKey() + ":" + size.getValue())
        .collect(Collectors.joining(" "));
  }

  /** Names of the rules, as files write them. */
  public static List<String> rules() {
    return Arrays.stream(Rule.values()).map(rule -> rule.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** The same schedules, for all groups, with what the rule makes of the rate. */
  GroupSchedules over(GroupSchedules schedules, Pace pace) {
    if (rule == Rule.KEEP) {
      return schedules;
    }
    SortedMap<String, Schedule> named = new TreeMap<>();
    for (Map.Entry<String, Schedule> group : schedules.named().entrySet()) {
      named.put(group.getKey(), over(group.getValue(), pace));
    }
    return new GroupSchedules(named, over(schedules.others(), pace));
  }

  private Schedule over(Schedule schedule, Pace pace) {
    double first = sizes.at(0);
    return step -> schedule.factor(step) * rule.factor(sizes.at(pace.epochOf(step)) / first);
  }
}
