package dev.steepest.cli;

import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.lab.model.field.Fields;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RunRecord;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What a look at a network of some kind says, in a few words for a line of progress. */
enum LookWords {
  /** Of classifiers. */
  CLASSES {
    @Override
    String of(Score look) {
      return percent("", look.accuracy());
    }

    @Override
    String end(RunRecord record) {
      return record.results().containsKey(Metric.TEST_LOSS)
          ? percent("test ", record.results().get(Metric.TEST_ACCURACY))
          : known(record, Metric.VAL_ACCURACY, value -> percent("val ", value));
    }
  },
  /** Of language models. */
  TEXT {
    @Override
    String of(Score look) {
      return loss("", look.loss());
    }

    @Override
    String end(RunRecord record) {
      return record.results().containsKey(Metric.TEST_LOSS)
          ? String.format(
              Locale.ROOT,
              "test loss %.4f, perplexity %.2f",
              record.results().get(Metric.TEST_LOSS),
              record.results().get(Metric.TEST_PERPLEXITY))
          : known(record, Metric.VAL_LOSS, value -> loss("val loss ", value));
    }
  },
  /** Of networks that find noise. */
  NOISE {
    @Override
    String of(Score look) {
      return loss("", look.loss());
    }

    @Override
    String end(RunRecord record) {
      OptionalDouble confidence = record.last("test_" + PictureMetric.CONFIDENCE);
      String drawn =
          confidence.isPresent() ? percent(", confidence ", confidence.getAsDouble()) : "";
      return record.results().containsKey(Metric.TEST_LOSS)
          ? loss("test loss ", record.results().get(Metric.TEST_LOSS)) + drawn
          : known(record, Metric.VAL_LOSS, value -> loss("val loss ", value));
    }
  },
  /** Of images that are distilled. */
  PICTURES {
    @Override
    String of(Score look) {
      Double confidence = look.others().get(PictureMetric.CONFIDENCE);
      return confidence == null
          ? rms(look.others().get(PictureMetric.RMS))
          : percent("confidence ", confidence);
    }

    @Override
    String end(RunRecord record) {
      OptionalDouble confidence = record.last("test_" + PictureMetric.CONFIDENCE);
      String first =
          confidence.isPresent() ? percent("confidence ", confidence.getAsDouble()) + ", " : "";
      return first + known(record, "test_" + PictureMetric.RMS, LookWords::rms);
    }
  };

  /** A value in words. */
  private interface Wording {
    String of(double value);
  }

  /** A look on the way, or at a set. */
  abstract String of(Score look);

  /** The end of a finished run. */
  abstract String end(RunRecord record);

  /** How looks of a run are spoken of. */
  static LookWords of(RunSpec run) {
    if (SpeedrunLines.suits(List.of(run))) {
      return TEXT;
    }
    String model = run.settings().text("model.name");
    if (Fields.isField(model)) {
      return PICTURES;
    }
    return Denoisers.all().stream().anyMatch(kind -> kind.name().equals(model)) ? NOISE : CLASSES;
  }

  private static String percent(String what, double share) {
    return String.format(Locale.ROOT, "%s%.2f %%", what, 100 * share);
  }

  private static String rms(double value) {
    return String.format(Locale.ROOT, "RMS %.2f", value);
  }

  private static String loss(String what, double loss) {
    return String.format(Locale.ROOT, "%s%.4f", what, loss);
  }

  private static String known(RunRecord record, String metric, Wording words) {
    OptionalDouble value = record.last(metric);
    return value.isPresent() ? words.of(value.getAsDouble()) : "finished";
  }
}
