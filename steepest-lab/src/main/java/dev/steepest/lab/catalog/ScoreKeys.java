package dev.steepest.lab.catalog;

import dev.steepest.lab.distill.Annealing;
import dev.steepest.lab.distill.DistillationSettings;
import dev.steepest.lab.distill.Mode;
import dev.steepest.lab.distill.TimeRange;
import dev.steepest.lab.distill.VariationalSettings;
import dev.steepest.lab.distill.Weighting;
import dev.steepest.lab.task.ScoreSettings;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;

/** What stands in place of data where images are distilled from a diffusion model's score. */
final class ScoreKeys {
  private static final long MOST_STEPS = 1_000_000;

  /** What is so where nothing is said. */
  private static final Map<String, Object> USUAL =
      Map.of(
          ScoreSettings.PRIOR_STEPS,
          0L,
          ScoreSettings.NUMBERS,
          "fp32",
          ScoreSettings.PROMPTS,
          ScoreSettings.ALL,
          ScoreSettings.PHI,
          lower(VariationalSettings.USUAL.form()),
          ScoreSettings.PHI_RANK,
          (long) VariationalSettings.USUAL.rank(),
          ScoreSettings.PHI_LR,
          VariationalSettings.USUAL.lr(),
          ScoreSettings.PHI_RECOMPUTE,
          VariationalSettings.USUAL.recompute());

  private ScoreKeys() {}

  static Term term() {
    return new Term(
        ScoreSettings.NAME,
        "no data: the score of a frozen diffusion model, for a model that represents images",
        Stream.of(prior(), wanted(), formula(), variational()).flatMap(List::stream).toList(),
        List.of());
  }

  private static List<Key> prior() {
    return List.of(
        word(
            ScoreSettings.PRIOR,
            List.of(),
            "experiment that trains the diffusion model, by name or file; figures-diffusion if not given"),
        whole(
            ScoreSettings.PRIOR_STEPS,
            0,
            MOST_STEPS,
            "optimizer steps of that training in place of its own; 0 = as it says, if not given"),
        word(
            ScoreSettings.FOLDER,
            List.of(),
            "of a Stable Diffusion model in diffusers layout, in place of prior"),
        word(
            ScoreSettings.NUMBERS,
            List.of("fp32", "bf16"),
            "number format of that model; fp32 if not given"),
        word(
            ScoreSettings.JUDGE,
            List.of(),
            "experiment that trains a classifier to judge the images, or none; figures-judge if not given, with folder none"));
  }

  private static List<Key> wanted() {
    return List.of(
        word(
            ScoreSettings.PROMPTS,
            List.of(),
            "what to distil, one image each, with ';' between, e.g. \"star, clean; ring\"; all classes, in the first quality, if not given"),
        Key.whole("particles", 1, 1, 1000, "images of each prompt"),
        word(
            ScoreSettings.BEGIN,
            List.of(),
            "picture file that every image begins as, of the model's size; if not given, as the representation does"));
  }

  private static List<Key> formula() {
    return List.of(
        Key.word("mode", "sds", words(Mode.values()), "whose gradient"),
        Key.number(
            "guidance",
            DistillationSettings.USUAL_GUIDANCE,
            "[0, 1000]",
            v -> v >= 0 && v <= 1000,
            "s, times the way from the unconditional to the conditional prediction; 1 = none"),
        Key.word(
            "weighting",
            lower(Weighting.NOISE),
            words(Weighting.values()),
            "the factor w: 1 − ᾱ, √ᾱ·(1 − ᾱ), or 1"),
        share("t_least", TimeRange.USUAL.least(), "least time step that is drawn, of T"),
        share("t_most", TimeRange.USUAL.most(), "largest time step that is drawn, of T"),
        Key.word(
            "annealing",
            lower(Annealing.NONE),
            words(Annealing.values()),
            "how the largest time step falls over the run"),
        word(
            ScoreSettings.NEGATIVE,
            List.of(),
            "what images shall not be like; with nfsd \", degraded\" if not given (of a folder the paper's words), else nothing"),
        word(
            ScoreSettings.SOURCE,
            List.of(),
            "bridge: what the images look like by the second stage; \"{subject}, degraded\" if not given (of a folder the paper's words)"),
        word(
            ScoreSettings.TARGET,
            List.of(),
            "bridge: what they shall look like; \"{subject}, clean\" if not given (of a folder the paper's words)"),
        whole(
            ScoreSettings.STAGE_TWO,
            0,
            MOST_STEPS,
            "bridge: step with which its second stage begins; half of the run if not given"));
  }

  private static List<Key> variational() {
    VariationalSettings usual = VariationalSettings.USUAL;
    return List.of(
        word(
            ScoreSettings.PHI,
            words(VariationalSettings.Form.values()),
            "vsd: what its own model learns, low-rank additions or a full copy; lora if not given"),
        whole(
            ScoreSettings.PHI_RANK,
            1,
            256,
            "vsd: rank of these additions; %d if not given".formatted(usual.rank())),
        new Key(
            ScoreSettings.PHI_LR,
            Key.Type.NUMBER,
            Optional.of(Key.Default.INHERITED),
            "above 0, up to 1",
            v -> v > 0 && v <= 1,
            List.of(),
            "vsd: learning rate of its own model; %s if not given".formatted(usual.lr())),
        new Key(
            ScoreSettings.PHI_RECOMPUTE,
            Key.Type.FLAG,
            Optional.of(Key.Default.INHERITED),
            "",
            _ -> true,
            List.of(),
            "vsd: compute its own model's inside twice to save memory; false if not given"));
  }

  /**
   * The settings without those that say what is so anyway.
   *
   * @throws IllegalArgumentException where one is of no effect beside the others, or a text cannot
   *     be read
   */
  static Map<String, Object> complete(Map<String, Object> given) {
    Map<String, Object> settings = new TreeMap<>(given);
    String mode = (String) given.get("mode");
    boolean foreign = given.containsKey(ScoreSettings.FOLDER);
    List<String> problems = new ArrayList<>();
    if (foreign) {
      refuse(
          problems,
          given,
          List.of(ScoreSettings.PRIOR, ScoreSettings.PRIOR_STEPS),
          "with data.folder");
    } else {
      refuse(problems, given, List.of(ScoreSettings.NUMBERS), "without data.folder");
      settings.putIfAbsent(ScoreSettings.PRIOR, "figures-diffusion");
    }
    settings.putIfAbsent(ScoreSettings.JUDGE, foreign ? ScoreSettings.NOBODY : "figures-judge");
    if (!mode.equals(lower(Mode.BRIDGE))) {
      refuse(
          problems,
          given,
          List.of(ScoreSettings.SOURCE, ScoreSettings.TARGET, ScoreSettings.STAGE_TWO),
          "with data.mode = %s, only with bridge".formatted(mode));
    }
    if (!mode.equals(lower(Mode.VSD))) {
      refuse(
          problems,
          given,
          List.of(
              ScoreSettings.PHI,
              ScoreSettings.PHI_RANK,
              ScoreSettings.PHI_LR,
              ScoreSettings.PHI_RECOMPUTE),
          "with data.mode = %s, only with vsd".formatted(mode));
    }
    if ("full".equals(given.get(ScoreSettings.PHI))) {
      refuse(
          problems, given, List.of(ScoreSettings.PHI_RANK), "with data.phi = full, only with lora");
    }
    if ((Double) given.get("t_least") > (Double) given.get("t_most")) {
      problems.add(
          "data.t_least = %s lies above data.t_most = %s; time steps are drawn between them"
              .formatted(given.get("t_least"), given.get("t_most")));
    }
    if (foreign && !given.containsKey(ScoreSettings.PROMPTS)) {
      problems.add("data.prompts is missing; a model with words of its own needs at least one");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return TrainingKeys.withoutTheUsual(settings, USUAL);
  }

  private static void refuse(
      List<String> problems, Map<String, Object> given, List<String> keys, String why) {
    for (String key : keys) {
      if (given.containsKey(key)) {
        problems.add(
            "data.%s = %s is of no effect %s; take it away".formatted(key, given.get(key), why));
      }
    }
  }

  private static Key share(String name, double standard, String about) {
    DoublePredicate within = v -> v >= 0 && v <= 1;
    return Key.number(name, standard, "[0, 1]", within, about);
  }

  private static Key word(String name, List<String> choices, String about) {
    return new Key(
        name, Key.Type.WORD, Optional.of(Key.Default.INHERITED), "", _ -> true, choices, about);
  }

  private static Key whole(String name, long least, long most, String about) {
    return new Key(
        name,
        Key.Type.WHOLE,
        Optional.of(Key.Default.INHERITED),
        least + " to " + most,
        v -> v >= least && v <= most,
        List.of(),
        about);
  }

  private static List<String> words(Enum<?>[] constants) {
    return Stream.of(constants).map(ScoreKeys::lower).toList();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
