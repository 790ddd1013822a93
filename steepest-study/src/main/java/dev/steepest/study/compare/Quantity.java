package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule.Goal;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RunRecord;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * How a metric is read and spoken of. Accuracies and error rates are stored as fractions and spoken
 * of as percentages, their differences as points, and so are a judge's confidence and the clipped
 * share of pictures; losses are in nats; what is named {@code …_seconds} is a time, {@code …_bytes}
 * a memory, {@code …_per_second} a rate, {@code steps_to_…} a number of optimizer steps.
 *
 * @param metric name in the record; {@code best_x} is the best that {@code x} reached, unless
 *     measured itself
 * @param label for people, e.g. "test accuracy"
 * @param scale how a stored number is shown
 * @param better which direction is better
 */
public record Quantity(String metric, String label, Scale scale, Goal better) {

  /** How a stored number is shown. */
  public enum Scale {
    FRACTION_AS_PERCENT,
    SECONDS,
    /** Cross entropy by natural logarithms. */
    NATS,
    /** Stored in bytes, shown in MiB. */
    BYTES,
    /** So many per second. */
    RATE,
    /** A number of optimizer steps. */
    STEPS,
    PLAIN
  }

  private static final String BEST = "best_";
  private static final String SECONDS = "_seconds";
  private static final String RATE = "_per_second";
  private static final String BYTES = "_bytes";
  private static final String STEPS = "steps_to_";
  private static final String PERPLEXITY = "perplexity";
  private static final double MIB = 1 << 20;

  /**
   * The quantity by the conventions of its name: accuracies, confidence and diversity should rise,
   * all else should fall.
   */
  public static Quantity of(String metric) {
    return of(metric, rises(metric) ? Goal.MAXIMIZE : Goal.MINIMIZE);
  }

  public static Quantity of(String metric, Goal better) {
    return new Quantity(metric, label(metric), scale(metric), better);
  }

  /** Measures of pictures that are fractions. */
  private static final Set<String> SHARES = Set.of(PictureMetric.CONFIDENCE, PictureMetric.CLIPPED);

  private static Scale scale(String metric) {
    if (metric.endsWith(SECONDS)) {
      return Scale.SECONDS;
    }
    if (metric.endsWith(RATE)) {
      return Scale.RATE;
    }
    if (metric.endsWith(BYTES)) {
      return Scale.BYTES;
    }
    if (metric.startsWith(STEPS)) {
      return Scale.STEPS;
    }
    if (metric.endsWith("loss")) {
      return Scale.NATS;
    }
    Optional<String> ofPictures = PictureMetric.of(metric);
    if (ofPictures.isPresent()) {
      return SHARES.contains(ofPictures.get()) ? Scale.FRACTION_AS_PERCENT : Scale.PLAIN;
    }
    return rises(metric) || metric.toLowerCase(Locale.ROOT).contains("error")
        ? Scale.FRACTION_AS_PERCENT
        : Scale.PLAIN;
  }

  /**
   * The value that decides, at the end of a run; empty where it was not measured or is not a
   * number. The best of a curve of the test set is no value: it would be chosen by what is to judge
   * it.
   */
  public OptionalDouble atEnd(RunRecord run) {
    OptionalDouble last = finite(run.last(metric));
    if (last.isPresent()
        || !metric.startsWith(BEST)
        || Metric.ofTestSet(metric.substring(BEST.length()))) {
      return last;
    }
    DoubleStream reached =
        run.evaluations().stream()
            .map(e -> finite(e.value(metric.substring(BEST.length()))))
            .flatMapToDouble(OptionalDouble::stream);
    return better == Goal.MAXIMIZE ? reached.max() : reached.min();
  }

  /**
   * Training seconds through the first evaluation at least as good as {@code target}; empty where
   * unknown.
   */
  public OptionalDouble secondsTo(RunRecord run, double target) {
    return run.evaluations().stream()
        .filter(e -> finite(e.value(metric)).isPresent() && reaches(e, target))
        .mapToDouble(Evaluation::trainSeconds)
        .filter(Double::isFinite)
        .findFirst();
  }

  private boolean reaches(Evaluation e, double target) {
    double value = e.value(metric).getAsDouble();
    return better == Goal.MAXIMIZE ? value >= target : value <= target;
  }

  /** +1 where more is better, −1 where less is: turns a difference into an advantage. */
  public int sign() {
    return better == Goal.MAXIMIZE ? 1 : -1;
  }

  /** What a stored number is multiplied by before it is shown. */
  public double factor() {
    return switch (scale) {
      case FRACTION_AS_PERCENT -> 100;
      case BYTES -> 1 / MIB;
      case SECONDS, NATS, RATE, STEPS, PLAIN -> 1;
    };
  }

  /** The unit of a value: "%", "s", "MiB", "/s" or nothing. */
  public String symbol() {
    return switch (scale) {
      case FRACTION_AS_PERCENT -> "%";
      case SECONDS -> "s";
      case BYTES -> "MiB";
      case RATE -> "/s";
      case NATS, STEPS, PLAIN -> "";
    };
  }

  /** A value with its unit: "94.01 %", "4.052 s", "3.2741". */
  public String value(double stored) {
    return (number(stored) + " " + symbol()).strip();
  }

  /** A value or an unsigned difference without unit. */
  public String number(double stored) {
    double shown = stored * factor();
    return Numbers.fixed(
        shown,
        switch (scale) {
          case FRACTION_AS_PERCENT -> 2;
          case SECONDS -> Math.abs(shown) < 10 ? 3 : Math.abs(shown) < 100 ? 2 : 1;
          case BYTES -> 1;
          case RATE -> 0;
          case STEPS -> 1;
          case NATS -> 4;
          case PLAIN -> metric.endsWith(PERPLEXITY) ? 2 : 4;
        });
  }

  /** A difference with sign, without unit. */
  public String signed(double stored) {
    String text = number(Math.abs(stored));
    return (stored < 0 ? Numbers.MINUS : "+") + text;
  }

  /** An unsigned difference with its unit: "1.32 points", "0.035 s", "0.0120 nats". */
  public String difference(double stored) {
    return (number(Math.abs(stored)) + " " + unit()).strip();
  }

  /**
   * "1.32 points of test accuracy", "0.035 s of total time", "0.0120 nats of test loss", "26.7
   * steps to confidence".
   */
  public String amount(double difference) {
    if (scale == Scale.STEPS) {
      return number(Math.abs(difference)) + " " + label;
    }
    return number(Math.abs(difference)) + " " + unit() + "of " + label;
  }

  /** "points ", "s ", "nats " or nothing, to stand after a difference. */
  String unit() {
    return switch (scale) {
      case FRACTION_AS_PERCENT -> "points ";
      case SECONDS -> "s ";
      case BYTES -> "MiB ";
      case RATE -> "/s ";
      case NATS -> "nats ";
      case STEPS, PLAIN -> "";
    };
  }

  /** A target of this quantity: "70 %", "4 s", "3.28". */
  public String target(double stored) {
    return (Numbers.shortest(stored * factor()) + " " + symbol()).strip();
  }

  private static boolean rises(String metric) {
    String name = metric.toLowerCase(Locale.ROOT);
    return name.contains("accuracy")
        || (name.endsWith("confidence") && !name.startsWith(STEPS))
        || name.endsWith("_" + PictureMetric.DIVERSITY)
        || name.endsWith("_acc")
        || name.equals("acc")
        || name.endsWith(RATE)
        || name.equals(Metric.FLOPS_UTILISATION);
  }

  /** Of pictures nothing is split: their measures are named without the split. */
  private static String label(String metric) {
    return PictureMetric.of(metric).map(Quantity::ofPictures).orElseGet(() -> worded(metric));
  }

  private static String ofPictures(String name) {
    return switch (name) {
      case PictureMetric.CONFIDENCE -> "judge confidence";
      case PictureMetric.RMS -> "RMS of pixels";
      case PictureMetric.CLIPPED -> "clipped share";
      case PictureMetric.RESIDUAL -> "noise residual";
      case PictureMetric.OWN_RESIDUAL -> "noise residual of the own model";
      default -> name;
    };
  }

  private static String worded(String metric) {
    return metric
        .replaceAll("\\bval(?=_)|(?<=_)val(?=_)", "validation")
        .replaceAll("\\btrain(?=_)", "training")
        .replaceAll("(?<=_)acc\\b", "accuracy")
        .replaceAll("\\btta(?=_)", "TTA")
        .replaceAll("_seconds$", "_time")
        .replaceAll("_per_second$", "")
        .replaceAll("_bytes$", "")
        .replaceAll("^flops(?=_)", "FLOPs")
        .replace('_', ' ');
  }

  private static OptionalDouble finite(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble())
        ? value
        : OptionalDouble.empty();
  }
}
