package dev.steepest.optim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects what each rule's static method {@code List<Preset> presets()} offers; a rule without one
 * offers none.
 */
final class Presets {

  static final List<Preset> ALL = collect();

  private Presets() {}

  private static List<Preset> collect() {
    List<Preset> presets = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Class<? extends Rule> rule : Rules.all()) {
      for (Preset preset : of(rule)) {
        if (!names.add(preset.name())) {
          throw new IllegalStateException(
              "two rules offer a preset called '" + preset.name() + "'");
        }
        presets.add(preset);
      }
    }
    presets.sort(Comparator.comparing(Preset::name));
    return List.copyOf(presets);
  }

  private static List<Preset> of(Class<? extends Rule> rule) {
    try {
      Method method = rule.getMethod("presets");
      return ((List<?>) method.invoke(null)).stream().map(Preset.class::cast).toList();
    } catch (NoSuchMethodException none) {
      return List.of();
    } catch (IllegalAccessException | InvocationTargetException failed) {
      throw new IllegalStateException("presets() of " + rule.getName() + " failed", failed);
    }
  }
}
