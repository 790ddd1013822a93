package dev.steepest.study.report;

import dev.steepest.study.compare.Quantity;
import java.util.ArrayList;
import java.util.List;

/** The objective as an axis with the best on top; what lies beyond its ends is drawn there. */
record ObjectiveAxis(Quantity objective, double low, double high) {

  String label() {
    return objective.label()
        + (objective.symbol().isEmpty() ? "" : " (" + objective.symbol() + ")");
  }

  /** Where a stored value lies, in [0, 1]. */
  double share(double value) {
    double share = high > low ? Math.clamp((value - low) / (high - low), 0, 1) : .5;
    return objective.sign() > 0 ? share : 1 - share;
  }

  List<ParameterAxis.Tick> ticks() {
    double factor = objective.factor();
    Places places = Places.around(factor * low, factor * high);
    List<ParameterAxis.Tick> ticks = new ArrayList<>();
    for (double tick : places.ticks()) {
      double value = tick / factor;
      if (value >= low && value <= high) {
        ticks.add(new ParameterAxis.Tick(share(value), places.label(tick)));
      }
    }
    return ticks;
  }
}
