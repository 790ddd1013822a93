package dev.steepest.study.report;

import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.search.Trial.State;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * An invented sweep of two networks and three optimizers by three workers: the learning rate
 * matters most, mixup not at all, momentum exists for one optimizer only; bad trials are ended
 * early.
 */
final class SampleSweep {
  static final List<String> PARAMETERS =
      List.of(
          "model.name",
          "optimizer.name",
          "optimizer.lr",
          "optimizer.momentum",
          "training.batch",
          "augmentation.mixup",
          "training.epochs");

  private static final int EPOCHS = 12;
  private static final Instant START = Instant.parse("2026-11-22T09:00:00Z");

  private SampleSweep() {}

  static Sweep sweep(Goal goal, String metric) {
    return new Sweep(
        "cifar100-sample",
        "An invented sweep.",
        "config_cifar100.yaml",
        List.of(),
        metric,
        goal,
        goal == Goal.MAXIMIZE ? OptionalDouble.of(.7) : OptionalDouble.empty(),
        PARAMETERS,
        (_, _) -> Optional.empty(),
        EarlyTermination.NEVER,
        OptionalInt.empty(),
        "sample");
  }

  /** Trials with their records, and the best three times on fresh seeds. */
  static SweepResults results(int trials) {
    List<TrialStore.Entry> entries = new ArrayList<>();
    TreeMap<Integer, List<RunRecord>> runs = new TreeMap<>();
    double[] clock = new double[3];
    for (int number = 0; number < trials; number++) {
      int worker = number % 3;
      TrialStore.Entry entry = entry(number, trials, "host-" + (worker + 1) + ":4711");
      entries.add(entry);
      if (entry.trial().state().ended()) {
        clock[worker] += 9 + entry.end().orElseThrow().seconds();
        runs.put(number, List.of(run(entry, START.plusMillis((long) (1000 * clock[worker])))));
      }
    }
    int best =
        entries.stream()
            .filter(e -> e.trial().state() == State.FINISHED)
            .reduce(
                (a, b) -> b.trial().value().getAsDouble() > a.trial().value().getAsDouble() ? b : a)
            .map(e -> e.trial().number())
            .orElse(-1);
    TreeMap<Integer, List<RunRecord>> finals = new TreeMap<>();
    if (best >= 0) {
      double value = entries.get(best).trial().value().getAsDouble();
      finals.put(
          best,
          List.of(
              repeated(100, value - .012),
              repeated(101, value - .006),
              repeated(102, value - .009)));
    }
    return new SweepResults(sweep(Goal.MAXIMIZE, Metric.VAL_ACCURACY), entries, runs, finals);
  }

  private static RunRecord repeated(long seed, double accuracy) {
    return Runs.of("resnet18 · cifar100", "chosen", seed).accuracy(accuracy).record();
  }

  private static TrialStore.Entry entry(int number, int trials, String worker) {
    SplittableRandom random = new SplittableRandom(77 + number);
    String optimizer = List.of("sgd", "adamw", "muon").get(random.nextInt(3));
    boolean learned = number > trials / 3; // as a search that has seen some trials proposes
    double lr =
        Math.pow(10, learned ? -2.2 + .55 * random.nextGaussian() : -4.5 + 4 * random.nextDouble());
    double momentum = Math.round(100 * (.5 + .49 * random.nextDouble())) / 100.0;
    long batch = List.of(32L, 64L, 128L).get(random.nextInt(3));
    String model = random.nextInt(2) == 0 ? "resnet18" : "resnet50";
    TreeMap<String, Object> values = new TreeMap<>();
    values.put("model.name", model);
    values.put("optimizer.name", optimizer);
    values.put("optimizer.lr", lr);
    values.put("training.batch", batch);
    values.put("augmentation.mixup", Math.round(1000 * random.nextDouble(.4)) / 1000.0);
    values.put("training.epochs", (long) EPOCHS);
    if (optimizer.equals("sgd")) {
      values.put("optimizer.momentum", momentum);
    }
    double off = Math.log10(lr) + 2.3 - (optimizer.equals("sgd") ? .5 : 0);
    double top =
        .76
            - .09 * off * off
            - (optimizer.equals("muon") ? 0 : optimizer.equals("sgd") ? .05 : .03)
            - (model.equals("resnet50") ? 0 : .025)
            - .01 * Math.abs(Math.log(batch / 64.0))
            + .006 * random.nextGaussian();
    return entry(number, number == trials - 1, worker, values, Math.max(.02, top), random);
  }

  private static TrialStore.Entry entry(
      int number,
      boolean underWay,
      String worker,
      TreeMap<String, Object> values,
      double top,
      SplittableRandom random) {
    boolean diverged = number % 19 == 7;
    boolean failed = number == 11;
    State state =
        underWay
            ? State.RUNNING
            : diverged
                ? State.DIVERGED
                : failed ? State.FAILED : top < .6 ? State.TERMINATED : State.FINISHED;
    int looks =
        switch (state) {
          case FINISHED -> EPOCHS;
          case TERMINATED -> top < .4 ? 2 : 5;
          case DIVERGED, FAILED -> 2;
          case RUNNING -> 7;
        };
    List<Report> reports = new ArrayList<>();
    for (int k = 1; k <= looks; k++) {
      double value = top * (1 - Math.exp(-3.2 * k / EPOCHS)) / (1 - Math.exp(-3.2));
      reports.add(new Report(k, value + .004 * random.nextGaussian()));
    }
    boolean valued = state == State.FINISHED || state == State.TERMINATED;
    OptionalDouble value =
        valued ? OptionalDouble.of(reports.getLast().value()) : OptionalDouble.empty();
    double seconds = looks * (values.get("model.name").equals("resnet50") ? 31 : 14.5);
    Optional<TrialStore.End> end =
        underWay
            ? Optional.empty()
            : Optional.of(
                new TrialStore.End(
                    state,
                    value,
                    seconds,
                    List.of("runs/sample/" + number),
                    switch (state) {
                      case TERMINATED -> "not among the best third after " + looks + " looks";
                      case DIVERGED -> "loss is NaN at step 391";
                      case FAILED -> "CUDA out of memory";
                      default -> "";
                    }));
    return new TrialStore.Entry(
        new Trial(number, values, state, reports, value), worker, failed ? 3 : 1, end);
  }

  private static RunRecord run(TrialStore.Entry entry, Instant at) {
    List<Evaluation> rows = new ArrayList<>();
    double seconds = entry.end().orElseThrow().seconds() / entry.trial().reports().size();
    for (Report report : entry.trial().reports()) {
      long k = report.iteration();
      rows.add(
          new Evaluation(
              k,
              391 * k,
              50_000 * k,
              seconds * k,
              .8 * k,
              Map.of(Metric.VAL_ACCURACY, report.value())));
    }
    Map<String, Object> values = entry.trial().values();
    Outcome.Status status =
        switch (entry.trial().state()) {
          case FINISHED -> Outcome.Status.FINISHED;
          case DIVERGED -> Outcome.Status.DIVERGED;
          case FAILED -> Outcome.Status.FAILED;
          default -> Outcome.Status.STOPPED;
        };
    return Runs.of("cifar100", "trial " + entry.trial().number(), 0)
        .setting("model", Map.of("name", values.get("model.name")))
        .setting(
            "optimizer",
            Map.of("name", values.get("optimizer.name"), "lr", values.get("optimizer.lr")))
        .setting("batch_size", values.get("training.batch"))
        .evaluations(rows)
        .ended(status)
        .at(at)
        .record();
  }

  /** Writes the sample for a look with human eyes: {@code java … SampleSweep FOLDER [TRIALS]}. */
  public static void main(String[] args) {
    SweepReport.write(Path.of(args[0]), results(args.length > 1 ? Integer.parseInt(args[1]) : 48));
  }
}
