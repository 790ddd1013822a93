package dev.steepest.lab.task;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Schedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Learning rates that fall from the head of a network to its stem (ULMFiT, arXiv 1801.06146; as
 * fine-tuning of vision transformers does it, arXiv 2106.08254): the last layer has the full rate,
 * each one before it that of the next times a factor. The groups of an optimizer are taken apart
 * for it.
 *
 * @param factor in (0, 1]; 1 leaves everything as it is
 */
record LayerDecay(double factor) {
  static final LayerDecay NONE = new LayerDecay(1);

  boolean isNone() {
    return factor == 1;
  }

  /** A group by layers, the last one first; each is called after the group and its depth. */
  List<ParameterGroup> apart(ParameterGroup group, Network network) {
    if (isNone()) {
      return List.of(group);
    }
    SortedMap<Integer, List<Parameter>> layers = new TreeMap<>(Comparator.reverseOrder());
    for (Parameter parameter : group.parameters()) {
      int depth = network.depth(parameter.name());
      layers.computeIfAbsent(depth, _ -> new ArrayList<>()).add(parameter);
    }
    return layers.entrySet().stream()
        .map(layer ->
            new ParameterGroup(
                group.name() + suffix(layer.getKey()), group.rule(), layer.getValue()))
        .toList();
  }

  private static String suffix(int depth) {
    return " depth " + depth;
  }

  /** The schedules of the groups that {@link #apart} has made of those of {@code schedules}. */
  GroupSchedules over(GroupSchedules schedules, Network network, Optimizer optimizer) {
    if (isNone()) {
      return schedules;
    }
    SortedMap<String, Schedule> named = new TreeMap<>(schedules.named());
    for (ParameterGroup layer : optimizer.groups()) {
      int depth = network.depth(layer.parameters().getFirst().name());
      String whole = layer.name().substring(0, layer.name().length() - suffix(depth).length());
      named.remove(whole);
      Schedule schedule = schedules.named().getOrDefault(whole, schedules.others());
      named.put(layer.name(), schedule.times(Math.pow(factor, network.depth() - 1 - depth)));
    }
    return new GroupSchedules(named, schedules.others());
  }
}
