package dev.steepest.lab.task;

import dev.steepest.lab.distill.Annealing;
import dev.steepest.lab.distill.DistillationSettings;
import dev.steepest.lab.distill.Mode;
import dev.steepest.lab.distill.PromptPattern;
import dev.steepest.lab.distill.TimeRange;
import dev.steepest.lab.distill.VariationalSettings;
import dev.steepest.lab.distill.VariationalSettings.Form;
import dev.steepest.lab.distill.Weighting;
import dev.steepest.lab.stable.StablePrior;
import dev.steepest.lab.task.TrainedNetworks.Wanted;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the section {@code data} of a run says of a score that images are distilled from.
 *
 * @param data the section
 */
public record ScoreSettings(Settings data) {
  /** In place of a data set's name. */
  public static final String NAME = "score";

  public static final String PRIOR = "prior";
  public static final String PRIOR_STEPS = "prior_steps";
  public static final String FOLDER = "folder";
  public static final String NUMBERS = "numbers";
  public static final String JUDGE = "judge";
  public static final String PROMPTS = "prompts";
  public static final String BEGIN = "begin";
  public static final String NEGATIVE = "negative";
  public static final String SOURCE = "source";
  public static final String TARGET = "target";
  public static final String STAGE_TWO = "stage_two";
  public static final String PHI = "phi";
  public static final String PHI_RANK = "phi_rank";
  public static final String PHI_LR = "phi_lr";
  public static final String PHI_RECOMPUTE = "phi_recompute";

  /** In place of prompts: one of each class. */
  public static final String ALL = "all";

  /** In place of a judge: there is none. */
  public static final String NOBODY = "none";

  private static final String BETWEEN_PROMPTS = ";";

  /** Of the papers: NFSD's negative prompt, and bridge's descriptions. */
  private static final String PUBLISHED_NEGATIVE =
      "unrealistic, blurry, low quality, out of focus, ugly, low contrast, dull, dark,"
          + " low-resolution, gloomy";

  private static final String PUBLISHED_SOURCE =
      "{prompt}, oversaturated, smooth, pixelated, cartoon, foggy, hazy, bleeding colors";
  private static final String PUBLISHED_TARGET =
      "{prompt}, detailed high resolution, high quality, sharp";

  /** The experiment that trains the prior; empty where a folder holds it. */
  Optional<Wanted> prior() {
    return text(PRIOR)
        .map(name ->
            new Wanted("data." + PRIOR, name, data.has(PRIOR_STEPS) ? data.whole(PRIOR_STEPS) : 0));
  }

  /** The folder of a model of others; empty where the prior is trained here. */
  Optional<Path> folder() {
    return text(FOLDER).map(Path::of);
  }

  /** Number format of the model in that folder. */
  StablePrior.Precision precision() {
    return text(NUMBERS).filter("bf16"::equals).isPresent()
        ? StablePrior.Precision.BFLOAT16
        : StablePrior.Precision.FLOAT32;
  }

  /** The experiment that trains the judge, if there is one. */
  Optional<Wanted> judge() {
    return text(JUDGE)
        .filter(name -> !name.equals(NOBODY))
        .map(name -> new Wanted("data." + JUDGE, name, 0));
  }

  /** The picture that images begin as, if there is one. */
  Optional<Path> begin() {
    return text(BEGIN).map(Path::of);
  }

  /**
   * What is wanted, in order.
   *
   * @param all in place of {@code all}, and where nothing is said
   */
  List<String> prompts(List<String> all) {
    return text(PROMPTS)
        .filter(text -> !text.equals(ALL))
        .map(text -> Stream.of(text.split(BETWEEN_PROMPTS, -1)).map(String::strip).toList())
        .orElse(all);
  }

  /** Images of each prompt. */
  int particles() {
    return (int) data.whole("particles");
  }

  /** How the score becomes a gradient. */
  DistillationSettings distillation() {
    Mode mode = constant(Mode.class, "mode");
    DistillationSettings usual = DistillationSettings.of(mode);
    boolean published = folder().isPresent();
    return new DistillationSettings(
        mode,
        data.number("guidance"),
        constant(Weighting.class, "weighting"),
        new TimeRange(
            data.number("t_least"), data.number("t_most"), constant(Annealing.class, "annealing")),
        text(NEGATIVE)
            .map(PromptPattern::new)
            .or(() ->
                published
                    ? usual.negative().map(_ -> new PromptPattern(PUBLISHED_NEGATIVE))
                    : usual.negative()),
        pattern(SOURCE, published ? new PromptPattern(PUBLISHED_SOURCE) : usual.source()),
        pattern(TARGET, published ? new PromptPattern(PUBLISHED_TARGET) : usual.target()),
        data.has(STAGE_TWO) ? OptionalLong.of(data.whole(STAGE_TWO)) : OptionalLong.empty(),
        variational());
  }

  private VariationalSettings variational() {
    VariationalSettings usual = VariationalSettings.USUAL;
    return new VariationalSettings(
        data.has(PHI) ? constant(Form.class, PHI) : usual.form(),
        data.has(PHI_RANK) ? (int) data.whole(PHI_RANK) : usual.rank(),
        data.has(PHI_LR) ? data.number(PHI_LR) : usual.lr(),
        data.has(PHI_RECOMPUTE) ? data.flag(PHI_RECOMPUTE) : usual.recompute());
  }

  private PromptPattern pattern(String key, PromptPattern usual) {
    return text(key).map(PromptPattern::new).orElse(usual);
  }

  private Optional<String> text(String key) {
    return data.has(key) ? Optional.of(data.text(key)) : Optional.empty();
  }

  private <E extends Enum<E>> E constant(Class<E> type, String key) {
    return Enum.valueOf(type, data.text(key).toUpperCase(Locale.ROOT));
  }
}
