package dev.steepest.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** Refusals of optimizers in which something occurs twice. */
final class Distinct {

  /** Where a parameter's elements lie. */
  private record Place(String parameter, long end) {}

  private Distinct() {}

  /**
   * @param alongside what is no parameter but averaged with them
   * @throws IllegalArgumentException listing groups of one name, parameters in two groups,
   *     parameters that share memory, and what should not be alongside
   */
  static void requireParameters(List<ParameterGroup> groups, List<Parameter> alongside) {
    List<String> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<String, String> groupOf = new HashMap<>();
    TreeMap<Long, Place> places = new TreeMap<>();
    for (ParameterGroup group : groups) {
      if (!names.add(group.name())) {
        problems.add("two groups are called '" + group.name() + "'");
      }
      for (Parameter parameter : group.parameters()) {
        String before = groupOf.put(parameter.name(), group.name());
        if (before != null) {
          problems.add(
              "parameter '"
                  + parameter.name()
                  + "' is in group '"
                  + before
                  + "' and again in '"
                  + group.name()
                  + "'");
        } else {
          place(parameter, places, problems);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("; ", problems) + "; each parameter belongs to exactly one group");
    }
    for (Parameter beside : alongside) {
      String group = groupOf.put(beside.name(), "");
      if (group != null) {
        problems.add(
            group.isEmpty()
                ? "'" + beside.name() + "' is given twice"
                : "'" + beside.name() + "' is a parameter of group '" + group + "'");
      } else if (!beside.tensor().is_floating_point()) {
        problems.add(
            "'"
                + beside.name()
                + "' holds "
                + beside.tensor().dtype().name().getString()
                + ", of which there is no average");
      } else {
        place(beside, places, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "alongside: "
              + String.join("; ", problems)
              + "; give each floating-point tensor that is no parameter once");
    }
  }

  /** Tied weights may be one tensor or two that lie in the same memory. */
  private static void place(
      Parameter parameter, TreeMap<Long, Place> places, List<String> problems) {
    Tensor tensor = parameter.tensor();
    if (!Batch.isDense(tensor) || tensor.numel() == 0) {
      return; // elements of two such tensors may alternate
    }
    long start = tensor.data_ptr().address();
    long end = start + tensor.nbytes();
    Map.Entry<Long, Place> below = places.lowerEntry(end);
    if (below != null && below.getValue().end() > start) {
      problems.add(
          "parameters '"
              + below.getValue().parameter()
              + "' and '"
              + parameter.name()
              + "' are the same tensor");
    }
    places.put(start, new Place(parameter.name(), end));
  }

  /**
   * @throws IllegalArgumentException naming wrappers whose state would lie under the same names
   */
  static void requireWrappers(List<Wrapper> wrappers) {
    Set<String> names = new HashSet<>();
    for (Wrapper wrapper : wrappers) {
      String name = Wrappers.name(wrapper.getClass());
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "two wrappers are called '"
                + name
                + "': their state would lie under the same names; use one of them");
      }
    }
  }
}
