package dev.steepest.lab.catalog;

import dev.steepest.lab.task.BatchSchedule;
import dev.steepest.lab.task.Milestones;
import dev.steepest.optim.BatchSizes;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What can be wrong with settings that are each valid. */
final class Objections {
  private Objections() {}

  static List<String> to(Map<String, Map<String, Object>> settings) {
    List<String> objections = new ArrayList<>();
    Map<String, Object> training = settings.get(Catalog.TRAINING);
    Map<String, Object> schedule = settings.get(Catalog.SCHEDULE);
    Map<String, Object> evaluation = settings.get(Catalog.EVALUATION);
    objections.addAll(toLengths(training, schedule, evaluation));
    objections.addAll(toBatches(training));
    String optimizer = (String) settings.get(Catalog.OPTIMIZER).get(Catalog.NAME);
    objections.addAll(toGroups(schedule, optimizer, epochs(training)));
    if (schedule.containsKey(ScheduleTerms.LAYER_DECAY) && surveysGroups(optimizer)) {
      objections.add(
          "schedule.layer_decay = %s takes the groups of the optimizer apart, but optimizer.name = %s measures something of a group as a whole; take it away, or choose another optimizer"
              .formatted(schedule.get(ScheduleTerms.LAYER_DECAY), optimizer));
    }
    if (training.get("precision").equals("fp16") && keepsGradient(optimizer)) {
      objections.add(
          "training.precision = fp16 scales the loss, but optimizer.name = %s keeps its momentum in the gradient, from which the scale would be divided anew in every step; use bf16 or fp32"
              .formatted(optimizer));
    }
    if (evaluation.containsKey(TrainingKeys.TEST) && evaluation.get("curve").equals("test")) {
      objections.add(
          "evaluation.test = false keeps the test set unseen, but evaluation.curve = test looks at it on the way; choose curve: validation");
    }
    objections.addAll(WatchObjections.to(settings));
    objections.addAll(DiffusionObjections.to(settings));
    objections.addAll(
        ScoreObjections.concerns(settings)
            ? ScoreObjections.to(settings)
            : TextObjections.to(settings));
    return objections;
  }

  private static List<String> toBatches(Map<String, Object> training) {
    List<String> objections = new ArrayList<>();
    long smallest = (Long) training.get(TrainingKeys.BATCH);
    if (training.get(TrainingKeys.BATCH_SCHEDULE) instanceof String text) {
      BatchSizes sizes = BatchSchedule.read(text, smallest);
      smallest = Collections.min(sizes.from().values());
      long last = sizes.from().lastKey();
      if (last >= epochs(training)) {
        objections.add(
            "training.batch_schedule = '%s': epoch %d is never trained, training.epochs = %s (epochs are counted from 0)"
                .formatted(text, last, epochs(training)));
      }
    } else if (training.containsKey(TrainingKeys.BATCH_LR)) {
      objections.add(
          "training.batch_lr = %s says how the learning rate follows training.batch_schedule, but there is none"
              .formatted(training.get(TrainingKeys.BATCH_LR)));
    }
    if ((Long) training.get("accumulation") > smallest) {
      objections.add(
          "training.accumulation = %s splits a batch of %s into empty parts"
              .formatted(training.get("accumulation"), smallest));
    }
    return objections;
  }

  /** Those of the run; endless where it is counted in steps, as the data will say. */
  private static double epochs(Map<String, Object> training) {
    return (Double) training.getOrDefault(TrainingKeys.EPOCHS, Double.POSITIVE_INFINITY);
  }

  private static List<String> toLengths(
      Map<String, Object> training, Map<String, Object> schedule, Map<String, Object> evaluation) {
    List<String> objections = new ArrayList<>();
    double byEpochs = (Double) schedule.getOrDefault(ScheduleTerms.WARMUP_EPOCHS, 0.0);
    if (schedule.containsKey(ScheduleTerms.WARMUP_OF_RUN) && byEpochs > 0) {
      objections.add(
          "schedule.warmup = %s and schedule.warmup_epochs = %s say the same thing twice; give one of them"
              .formatted(schedule.get(ScheduleTerms.WARMUP_OF_RUN), byEpochs));
    }
    Object steps = training.get(TrainingKeys.STEPS);
    Object everySteps = evaluation.get(TrainingKeys.EVERY_STEPS);
    if (steps instanceof Long most && everySteps instanceof Long every && every > most) {
      objections.add(
          "evaluation.every_steps = %d is more than training.steps = %d; there would be no curve"
              .formatted(every, most));
    }
    if (steps == null) {
      objections.addAll(toEpochs(training, schedule, evaluation));
    }
    return objections;
  }

  private static List<String> toEpochs(
      Map<String, Object> training, Map<String, Object> schedule, Map<String, Object> evaluation) {
    List<String> objections = new ArrayList<>();
    double epochs = epochs(training);
    double warmup = (Double) schedule.getOrDefault(ScheduleTerms.WARMUP_EPOCHS, 0.0);
    double decayed = schedule.containsKey("decay") ? (Double) schedule.get("decay") * epochs : 0;
    if (warmup >= epochs) {
      objections.add(
          "schedule.warmup_epochs = %s leaves nothing of training.epochs = %s; the schedule would not reach its end"
              .formatted(warmup, epochs));
    } else if (warmup + decayed > epochs) {
      objections.add(
          "schedule.warmup_epochs = %s and schedule.decay overlap within training.epochs = %s"
              .formatted(warmup, epochs));
    }
    if (schedule.get(ScheduleTerms.MILESTONES) instanceof String text) {
      double last = Milestones.read(text).getLast();
      if (last >= epochs) {
        objections.add(
            "schedule.milestones = '%s': epoch %s is never trained, training.epochs = %s (epochs are counted from 0)"
                .formatted(text, last, epochs));
      }
    }
    if (evaluation.get(TrainingKeys.EVERY) instanceof Long every && every > Math.ceil(epochs)) {
      objections.add(
          "evaluation.every = %s is more than training.epochs = %s; there would be no curve"
              .formatted(every, epochs));
    }
    return objections;
  }

  private static List<String> toGroups(
      Map<String, Object> schedule, String optimizer, double epochs) {
    List<String> slots =
        Preset.named(optimizer).slots().stream()
            .map(Preset.Slot::key)
            .filter(key -> !key.isEmpty())
            .toList();
    List<String> objections = new ArrayList<>();
    schedule.forEach((key, value) -> {
      if (!(value instanceof Map<?, ?> group)) {
        return;
      }
      if (!slots.contains(key)) {
        objections.add(
            "schedule.%s is for a part of the optimizer, but optimizer.name = %s has %s"
                .formatted(
                    key,
                    optimizer,
                    slots.isEmpty() ? "no parts" : "only " + String.join(", ", slots)));
      }
      double own = (Double) group.get("epochs");
      double length = own == 0 ? epochs : own;
      if (length > epochs || (Double) group.get("warmup_epochs") >= length) {
        objections.add(
            "schedule.%s: warmup_epochs = %s and epochs = %s do not fit into training.epochs = %s"
                .formatted(key, group.get("warmup_epochs"), own, epochs));
      }
    });
    return objections;
  }

  private static boolean surveysGroups(String preset) {
    return Preset.named(preset).slots().stream()
        .anyMatch(slot -> Rule.Collective.class.isAssignableFrom(slot.rule()));
  }

  private static boolean keepsGradient(String preset) {
    return Preset.named(preset).slots().stream()
        .anyMatch(slot -> Rule.KeepsGradient.class.isAssignableFrom(slot.rule()));
  }
}
