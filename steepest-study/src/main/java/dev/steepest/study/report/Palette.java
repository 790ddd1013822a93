package dev.steepest.study.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One colour per arm, the same in every figure of a report. The first eight can be told apart with
 * any common colour blindness (after Okabe and Ito 2008, adjusted for contrast on white and on
 * near-black); further arms repeat them with another dash.
 */
final class Palette {
  /** Colours before they repeat. */
  static final int COLORS = 8;

  /** On white. */
  private static final List<String> LIGHT =
      List.of(
          "#2563c9", "#d9661f", "#12855d", "#b0388f", "#0f8fb3", "#8a6d00", "#6b57d6", "#c2323c");

  /** The same hues on near-black. */
  private static final List<String> DARK =
      List.of(
          "#6ea8ff", "#ff9c5b", "#3ecb97", "#f07fd0", "#4fc9ea", "#dcbc3c", "#a99bff", "#ff7b82");

  private final Map<String, Integer> indices = new LinkedHashMap<>();

  Palette(List<String> arms) {
    for (String arm : arms) {
      indices.putIfAbsent(arm, indices.size());
    }
  }

  List<String> arms() {
    return List.copyOf(indices.keySet());
  }

  String light(String arm) {
    return LIGHT.get(index(arm) % LIGHT.size());
  }

  String dark(String arm) {
    return DARK.get(index(arm) % DARK.size());
  }

  int index(String arm) {
    return indices.get(arm);
  }

  /** How often the colours were used up before this arm: 0 solid, then dashed ever shorter. */
  int round(String arm) {
    return index(arm) / LIGHT.size();
  }
}
