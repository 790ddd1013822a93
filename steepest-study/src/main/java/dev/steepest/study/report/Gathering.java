package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Benchmark;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.picture.Album;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a report is made from. Figures show the runs that count for the verdict, tables all records.
 *
 * @param level of the intervals, 1 − α of the rule
 * @param benchmarks of those problems whose runs were timed as a whole
 * @param album what runs left of pictures
 */
record Gathering(
    Verdict verdict,
    List<RunRecord> records,
    Palette palette,
    double level,
    List<Benchmark> benchmarks,
    Album album) {

  static Gathering of(List<RunRecord> records, Verdict verdict) {
    List<String> arms =
        Stream.concat(
                verdict.problems().stream().flatMap(p -> p.arms().stream()).map(ArmResult::arm),
                records.stream().map(run -> run.spec().arm()))
            .distinct()
            .toList();
    return new Gathering(
        verdict,
        List.copyOf(records),
        new Palette(arms),
        1 - verdict.rule().alpha(),
        Benchmark.of(verdict),
        album(records));
  }

  /** A JDK whose AWT is broken fails by errors; the rest of the report can do without pictures. */
  private static Album album(List<RunRecord> records) {
    try {
      return Album.of(records);
    } catch (LinkageError | InternalError e) {
      return new Album(
          Map.of(), List.of("This machine cannot read pictures (" + e + "); they are left out."));
    }
  }

  /**
   * The accuracy that curves show: of validation images, or of the test set where an experiment
   * keeps none.
   */
  String accuracyCurve() {
    List<String> measured = metrics();
    return measured.contains(Metric.VAL_ACCURACY) || !measured.contains(Metric.TEST_ACCURACY)
        ? Metric.VAL_ACCURACY
        : Metric.TEST_ACCURACY;
  }

  /** Whether every run was trained on tokens, so that nothing is said of images and epochs. */
  boolean ofTokens() {
    return !records.isEmpty() && records.stream().allMatch(RunRecord::ofTokens);
  }

  /**
   * Whether pictures are what every run optimised, so that nothing is said of epochs and splits; a
   * diffusion model that draws some has a loss beside them, and no contrast of theirs is measured.
   */
  boolean ofPictures() {
    return !records.isEmpty()
        && records.stream()
            .allMatch(run ->
                Stream.concat(
                        run.results().keySet().stream(),
                        run.evaluations().stream().flatMap(e -> e.values().keySet().stream()))
                    .anyMatch(
                        metric -> PictureMetric.of(metric).equals(Optional.of(PictureMetric.RMS))));
  }

  /** The name under which curves hold a measure of pictures. */
  Optional<String> curveOf(String pictureMetric) {
    List<String> measured = metrics();
    return Stream.of("val_" + pictureMetric, "test_" + pictureMetric)
        .filter(measured::contains)
        .findFirst();
  }

  /** The loss that curves of token runs show: of held-out text, or of the test text. */
  String lossCurve() {
    List<String> measured = metrics();
    return measured.contains(Metric.VAL_LOSS) || !measured.contains(Metric.TEST_LOSS)
        ? Metric.VAL_LOSS
        : Metric.TEST_LOSS;
  }

  /** The runs from trained weights beside those from random ones, where there are both. */
  Optional<Transfer> transfer() {
    return ofTokens() ? Optional.empty() : Transfer.of(records, level);
  }

  /** Names of all values that any evaluation measured. */
  List<String> metrics() {
    return records.stream()
        .flatMap(run -> run.evaluations().stream())
        .flatMap(e -> e.values().keySet().stream())
        .distinct()
        .toList();
  }
}
