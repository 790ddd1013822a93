package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.KaplanMeier;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Compares arms under a decision rule.
 *
 * <p>How it decides:
 *
 * <ul>
 *   <li>Runs are paired by seed: run k of every arm shares initial weights and data order, so that
 *       the difference within a pair has less noise than the runs (by what factor, the measured ρ
 *       says). Every difference, interval and test is taken over the pairs in which both runs
 *       finished with a value, and their number n is stated.
 *   <li>The estimate, its interval and the deciding test are Student's on the differences: the one
 *       family of procedures in which interval and test agree, and whose interval is in the
 *       metric's own unit. The exact sign-flip permutation test, which assumes no normality, stands
 *       beside it but does not decide: its p comes in steps of 2/2ⁿ, which Holm's factor soon lifts
 *       above any α.
 *   <li>A claim needs two things: the Holm-adjusted p over all metric comparisons of the verdict is
 *       below α, and there are six pairs or more (more where α is below 2/2⁶). With fewer pairs not
 *       even unanimous signs would convince, and the t test stands on its assumption of normality
 *       alone. Below that the verdict says that nothing could have been shown, and how many pairs
 *       would do.
 *   <li>A run that diverged has no value, and leaving it out would flatter its arm. Where the arm
 *       that leads has diverged on seeds that the other finished, the claim must also survive the
 *       sign test in which those seeds are losses: the larger p decides. Where the loser diverged,
 *       leaving the pair out only understates the difference. Where so many diverged that fewer
 *       than six pairs have numbers, the sign test of outcomes decides alone, and no difference is
 *       stated. In each case the sentence names the seeds.
 *   <li>A run that failed or is unfinished says nothing about its optimizer; it stands aside and an
 *       alarm names it.
 *   <li>Times to the targets are secondary: ratios of training seconds from paired logarithms, with
 *       the same rule (a target missed is a loss) and a Holm family of their own.
 * </ul>
 */
public final class Comparison {
  private Comparison() {}

  /**
   * Never fails on records that are missing, unfinished or unequal: the verdict says so. Where no
   * run has the rule's curve of validation images, the verdict's rule names the same curve of the
   * test images.
   */
  public static Verdict of(List<RunRecord> records, DecisionRule stated) {
    DecisionRule rule = DrawnCurve.of(records, stated);
    Quantity metric = Quantity.of(rule.metric(), rule.goal());
    Quantity curve = rule.curve().equals(rule.metric()) ? metric : Quantity.of(rule.curve());
    List<Contest> contests = Contest.of(records, rule.baseline());
    List<List<ArmComparison>> comparisons = comparisons(contests, metric, rule);
    List<List<TimeComparison>> times = times(contests, curve, rule);
    List<ProblemVerdict> problems = new ArrayList<>();
    List<Alarm> alarms = new ArrayList<>();
    for (int i = 0; i < contests.size(); i++) {
      Contest contest = contests.get(i);
      problems.add(
          new ProblemVerdict(
              contest.problem(),
              arms(contest, metric, curve, rule),
              comparisons.get(i),
              times.get(i)));
      alarms.addAll(Completeness.alarms(contest, metric, rule.baseline()));
      alarms.addAll(Fairness.alarms(contest, rule));
    }
    return new Verdict(rule, Narrative.of(problems, alarms, rule), problems, alarms);
  }

  private static List<List<ArmComparison>> comparisons(
      List<Contest> contests, Quantity metric, DecisionRule rule) {
    List<List<MetricContrast>> contrasts =
        contests.stream()
            .map(contest ->
                contest.pairings(rule).stream()
                    .map(pairing -> MetricContrast.of(pairing, metric, rule))
                    .toList())
            .toList();
    Iterator<OptionalDouble> holm =
        Family.holm(
                contrasts.stream()
                    .flatMap(Collection::stream)
                    .map(contrast -> contrast.evidence().p())
                    .toList())
            .iterator();
    return contrasts.stream()
        .map(group -> group.stream().map(contrast -> contrast.decided(holm.next())).toList())
        .toList();
  }

  private static List<List<TimeComparison>> times(
      List<Contest> contests, Quantity curve, DecisionRule rule) {
    List<List<TimeContrast>> contrasts =
        contests.stream()
            .map(contest ->
                rule.targets().stream()
                    .flatMap(target ->
                        contest.pairings(rule).stream()
                            .map(pair -> TimeContrast.of(pair, curve, target, rule)))
                    .toList())
            .toList();
    Iterator<OptionalDouble> holm =
        Family.holm(
                contrasts.stream()
                    .flatMap(Collection::stream)
                    .map(contrast -> contrast.evidence().p())
                    .toList())
            .iterator();
    return contrasts.stream()
        .map(group -> group.stream().map(contrast -> contrast.decided(holm.next())).toList())
        .toList();
  }

  private static List<ArmResult> arms(
      Contest contest, Quantity metric, Quantity curve, DecisionRule rule) {
    return contest.arms().entrySet().stream()
        .map(arm -> arm(arm.getKey(), arm.getValue().values(), metric, curve, rule))
        .toList();
  }

  private static ArmResult arm(
      String name, Collection<RunRecord> runs, Quantity metric, Quantity curve, DecisionRule rule) {
    List<RunRecord> finished = runs.stream().filter(RunRecord::finished).toList();
    double[] values =
        finished.stream().map(metric::atEnd).flatMapToDouble(OptionalDouble::stream).toArray();
    double[] seconds =
        finished.stream()
            .map(Comparison::seconds)
            .flatMapToDouble(OptionalDouble::stream)
            .toArray();
    return new ArmResult(
        name,
        List.copyOf(runs),
        Counts.of(runs),
        summary(values, rule),
        summary(seconds, rule),
        rule.targets().stream().map(target -> arrival(runs, curve, target)).toList());
  }

  private static Optional<Summary> summary(double[] values, DecisionRule rule) {
    return values.length == 0
        ? Optional.empty()
        : Optional.of(Summary.of(values, 1 - rule.alpha()));
  }

  private static TargetArrival arrival(Collection<RunRecord> runs, Quantity curve, double target) {
    DoubleStream.Builder arrived = DoubleStream.builder();
    DoubleStream.Builder censored = DoubleStream.builder();
    for (RunRecord run : runs) {
      OptionalDouble at = curve.secondsTo(run, target);
      if (at.isPresent()) {
        arrived.add(at.getAsDouble());
      } else if (run.diverged()) {
        censored.add(Double.MAX_VALUE); // it will never arrive, however long one waits
      } else {
        seconds(run).ifPresent(censored::add);
      }
    }
    return new TargetArrival(
        target, KaplanMeier.of(arrived.build().toArray(), censored.build().toArray()));
  }

  /** Training seconds of the whole run so far; empty where no clock was recorded. */
  private static OptionalDouble seconds(RunRecord run) {
    return run.evaluations().stream()
        .mapToDouble(Evaluation::trainSeconds)
        .filter(Double::isFinite)
        .max();
  }
}
