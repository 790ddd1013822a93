package dev.steepest.lab.catalog;

import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be wrong with settings that are each valid. */
final class Objections {
  private Objections() {}

  static List<String> to(Map<String, Map<String, Object>> settings) {
    List<String> objections = new ArrayList<>();
    Map<String, Object> training = settings.get(Catalog.TRAINING);
    Map<String, Object> schedule = settings.get(Catalog.SCHEDULE);
    long epochs = (Long) training.get("epochs");
    double warmup = (Double) schedule.get("warmup_epochs");
    double decayed = schedule.containsKey("decay") ? (Double) schedule.get("decay") * epochs : 0;
    if (warmup >= epochs) {
      objections.add(
          "schedule.warmup_epochs = %s leaves nothing of training.epochs = %d; the schedule would not reach its end"
              .formatted(warmup, epochs));
    } else if (warmup + decayed > epochs) {
      objections.add(
          "schedule.warmup_epochs = %s and schedule.decay overlap within training.epochs = %d"
              .formatted(warmup, epochs));
    }
    if ((Long) training.get("evaluate_every") > epochs) {
      objections.add(
          "training.evaluate_every = %s is more than training.epochs = %d; there would be no curve"
              .formatted(training.get("evaluate_every"), epochs));
    }
    if ((Long) training.get("accumulation") > (Long) training.get("batch")) {
      objections.add(
          "training.accumulation = %s splits a batch of %s into empty parts"
              .formatted(training.get("accumulation"), training.get("batch")));
    }
    String optimizer = (String) settings.get(Catalog.OPTIMIZER).get(Catalog.NAME);
    if (training.get("precision").equals("fp16") && keepsGradient(optimizer)) {
      objections.add(
          "training.precision = fp16 scales the loss, but optimizer.name = %s keeps its momentum in the gradient, from which the scale would be divided anew in every step; use bf16 or fp32"
              .formatted(optimizer));
    }
    return objections;
  }

  private static boolean keepsGradient(String preset) {
    return Preset.named(preset).slots().stream()
        .anyMatch(slot -> Rule.KeepsGradient.class.isAssignableFrom(slot.rule()));
  }
}
