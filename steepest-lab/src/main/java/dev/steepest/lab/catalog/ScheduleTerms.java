package dev.steepest.lab.catalog;

import dev.steepest.lab.task.Milestones;
import dev.steepest.optim.Preset;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;

/** The learning-rate schedules by name. Lengths are in epochs, steps are derived from them. */
final class ScheduleTerms {
  static final String WARMUP_EPOCHS = "warmup_epochs";
  static final String WARMUP_OF_RUN = "warmup";
  static final String LAYER_DECAY = "layer_decay";
  static final String MILESTONES = "milestones";

  static final Key WARMUP =
      Key.number(
          "warmup_epochs",
          0,
          "at least 0",
          v -> v >= 0 && v < 1e6,
          "epochs of linear warm-up; the first step already moves");
  static final Key WARMUP_SHARE =
      inherited(
          WARMUP_OF_RUN,
          "[0, 1)",
          v -> v >= 0 && v < 1,
          "the same as a share of all steps, in place of epochs");
  private static final Key STRETCH =
      inherited(
          "stretch",
          "at least 1",
          v -> v >= 1 && v < 1e6,
          "laid out for so many times the run, whose end then cuts it off: a mistake to be studied");
  static final Key FLOOR = share("floor", 0, "factor at the end of the last step");

  private static final Key LAYER_DECAY_KEY =
      inherited(
          LAYER_DECAY,
          "(0, 1]",
          v -> v > 0 && v <= 1,
          "factor from each layer's rate to that of the layer before it; 1 if not given");

  private ScheduleTerms() {}

  /** By name; those that are laid over the whole run first. */
  static List<Term> all() {
    return Stream.concat(overRun().stream(), EpochScheduleTerms.all().stream()).toList();
  }

  private static List<Term> overRun() {
    return List.of(
        term(
            "cosine",
            "warm-up, then half a cosine down to the floor",
            WARMUP,
            WARMUP_SHARE,
            STRETCH,
            FLOOR),
        term(
            "linear",
            "warm-up, then a straight line down to the floor",
            WARMUP,
            WARMUP_SHARE,
            STRETCH,
            FLOOR),
        term(
            "trapezoid",
            "warm-up, constant, then linear down to the floor",
            WARMUP,
            WARMUP_SHARE,
            STRETCH,
            Key.number(
                "decay",
                0.2,
                "(0, 1]",
                v -> v > 0 && v <= 1,
                "last share of all steps in which the rate falls"),
            FLOOR),
        term(
            "triangle",
            "a straight line up to the full rate, another one down",
            share("start", 0.2, "factor of the first step"),
            share("peak", 0.23, "share of all steps after which the rate is full"),
            share("end", 0.07, "factor after the last step")),
        term(
            "stairs",
            "warm-up, then parts of equal length, each lower than the one before by a factor",
            WARMUP,
            WARMUP_SHARE,
            STRETCH,
            Key.number("factor", 0.5, "(0, 1]", v -> v > 0 && v <= 1, "between two parts"),
            Key.whole("parts", 4, 1, 1_000_000, "of the whole run")),
        term("constant", "warm-up, then constant", WARMUP, WARMUP_SHARE, STRETCH),
        term(
            "polynomial",
            "warm-up, then a power of the part of the run that is left",
            WARMUP,
            WARMUP_SHARE,
            STRETCH,
            Key.number("power", 2, "(0, 100]", v -> v > 0 && v <= 100, "1 is a straight line"),
            FLOOR),
        term(
            "cosine_cycles",
            "warm-up, then several half cosines of equal length, each from the full rate",
            WARMUP,
            WARMUP_SHARE,
            STRETCH,
            Key.whole("cycles", 2, 1, 1_000_000, "how many"),
            FLOOR),
        term(
            "one_cycle",
            "up to the full rate, down to where it began, and far below: torch's OneCycleLR",
            STRETCH,
            Key.number("rise", 0.3, "(0, 1)", v -> v > 0 && v < 1, "share of all steps"),
            divisor("start_divisor", 25, "the first rate is the full one over this"),
            divisor("end_divisor", 10_000, "the last rate is the first one over this"),
            Key.word("shape", "cosine", List.of("cosine", "linear"), "of each part"),
            Key.word(
                "phases",
                "two",
                List.of("two", "three"),
                "three: the way down to where it began is as long as the way up")),
        term(
            "ramp",
            "a straight line from one factor to another, which stays: torch's LinearLR",
            share("from", 0.1, "factor of the first step"),
            share("to", 1, "factor after the line"),
            Key.number(
                "epochs",
                0,
                "at least 0",
                v -> v >= 0 && v < 1e6,
                "length of the line; 0 = the whole run")));
  }

  private static Key inherited(String name, String range, DoublePredicate within, String about) {
    return new Key(
        name, Key.Type.NUMBER, Optional.of(Key.Default.INHERITED), range, within, List.of(), about);
  }

  private static Key share(String name, double preset, String about) {
    return Key.number(name, preset, "[0, 1]", v -> v >= 0 && v <= 1, about);
  }

  private static Key divisor(String name, double preset, String about) {
    return Key.number(name, preset, "at least 1", v -> v >= 1 && v < 1e12, about);
  }

  static Term term(String name, String about, Key... keys) {
    List<Key> all = Stream.concat(Arrays.stream(keys), Stream.of(LAYER_DECAY_KEY)).toList();
    return new Term(name, about, all, groups());
  }

  /**
   * Settings with the milestones, if there are any, in their one way of writing.
   *
   * @throws IllegalArgumentException where they cannot be read
   */
  static Map<String, Object> complete(Map<String, Object> given) {
    Map<String, Object> settings = TrainingKeys.withoutTheUsual(given, Map.of(LAYER_DECAY, 1.0));
    settings.computeIfPresent(
        MILESTONES, (_, text) -> Milestones.text(Milestones.read((String) text)));
    return settings;
  }

  /** A schedule of its own for a part of an optimizer, under the part's name. */
  private static List<Term> groups() {
    List<Term> groups = new ArrayList<>();
    Preset.all().stream()
        .flatMap(preset -> preset.slots().stream())
        .map(Preset.Slot::key)
        .filter(key -> !key.isEmpty())
        .distinct()
        .sorted()
        .forEach(key ->
            groups.add(
                new Term(
                    key,
                    "instead, for the optimizer's part '" + key + "', if given",
                    List.of(
                        Key.word(
                            "shape",
                            "linear",
                            List.of("linear", "cosine", "constant"),
                            "how the rate moves after the warm-up"),
                        Key.number(
                            "epochs",
                            0,
                            "at least 0",
                            v -> v >= 0 && v < 1e6,
                            "when it has come to the floor; 0 = at the end of the run"),
                        WARMUP,
                        FLOOR),
                    List.of(),
                    Term.Presence.IF_GIVEN)));
    return groups;
  }
}
