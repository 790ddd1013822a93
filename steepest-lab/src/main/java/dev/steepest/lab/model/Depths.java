package dev.steepest.lab.model;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * How far from the input each parameter of a network is, counted in layers: the stem is 0, the head
 * comes last.
 *
 * <p>A layer is what its parameters are named after. Tables, the first layer and what stands before
 * both are one stem; a norm on its own belongs to the layer in front of it.
 */
final class Depths {
  private static final Set<Role> OF_STEM = Set.of(Role.INPUT, Role.EMBEDDING, Role.VECTOR);

  private final Map<String, Integer> depths = new HashMap<>();
  private final int count;

  /**
   * @param parameters in the order in which the network uses them
   * @param layer the name of the layer that a parameter of this name is in
   */
  Depths(List<Parameter> parameters, UnaryOperator<String> layer) {
    Map<String, List<Parameter>> layers = new LinkedHashMap<>();
    parameters.forEach(
        p -> layers.computeIfAbsent(layer.apply(p.name()), _ -> new ArrayList<>()).add(p));
    int depth = -1;
    boolean inStem = true;
    for (List<Parameter> members : layers.values()) {
      boolean ofStem = members.stream().allMatch(p -> OF_STEM.contains(p.role()));
      boolean norm = members.stream().allMatch(p -> p.role() == Role.VECTOR);
      boolean joins = depth >= 0 && (norm || (inStem && ofStem));
      inStem = inStem && (depth < 0 || joins);
      depth += joins ? 0 : 1;
      for (Parameter member : members) {
        depths.put(member.name(), depth);
      }
    }
    count = depth + 1;
  }

  /**
   * The layer of a parameter by its name alone: up to the first number in its path, e.g. {@code
   * layer1.0} of {@code layer1.0.conv1.weight}, or else the first word of it.
   */
  static String layer(String parameter) {
    String[] path = parameter.split("\\.");
    for (int i = 1; i < path.length; i++) {
      if (path[i].chars().allMatch(Character::isDigit)) {
        return String.join(".", List.of(path).subList(0, i + 1));
      }
    }
    return path[0];
  }

  int count() {
    return count;
  }

  int of(String parameter) {
    Integer depth = depths.get(parameter);
    if (depth == null) {
      throw new IllegalArgumentException(
          "There is no parameter '%s'; there are %s."
              .formatted(parameter, depths.keySet().stream().sorted().toList()));
    }
    return depth;
  }
}
