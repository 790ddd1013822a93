package dev.steepest.study.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** The PNG figures of a sweep. A figure without data is not drawn. */
final class SweepPlots {
  private SweepPlots() {}

  /** PNG files by name. */
  static Map<String, byte[]> of(TriedSweep sweep) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    CoordinatesPlot.of(sweep).ifPresent(png -> files.put("sweep_chart.png", png));
    return files;
  }
}
