package dev.steepest.lab.catalog;

import dev.steepest.lab.diffusion.SamplePlan;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.task.DiffusionSettings;
import dev.steepest.study.experiment.Key;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys of diffusion models: what noise they learn to find, and how they are looked at. */
final class DiffusionKeys {
  private static final long MOST_TIME_STEPS = 100_000;

  private DiffusionKeys() {}

  /** Of a network: those that it does not declare itself. Defaults are those of Ho et al. 2020. */
  static Stream<Key> process(NetworkKind<?> kind) {
    return Stream.of(
            Key.whole(
                DiffusionSettings.TIME_STEPS, 1000, 2, MOST_TIME_STEPS, "T, from image to noise"),
            beta(DiffusionSettings.BETA_FIRST, 1e-4, "variance that the first time step adds"),
            beta(
                DiffusionSettings.BETA_LAST,
                0.02,
                "variance that the last one adds; between them it grows evenly"),
            drop(DiffusionSettings.DROP_BOTH, "neither class nor quality is told"),
            drop(DiffusionSettings.DROP_CLASS, "the quality alone is told"),
            drop(DiffusionSettings.DROP_QUALITY, "the class alone is told"))
        .filter(
            key -> kind.settings().stream().noneMatch(setting -> setting.key().equals(key.name())));
  }

  private static Key beta(String name, double preset, String about) {
    return Key.number(name, preset, "(0, 1)", v -> v > 0 && v < 1, about);
  }

  private static Key drop(String name, String about) {
    return Key.number(
        name, 0.1, "[0, 1)", v -> v >= 0 && v < 1, "share of training images of which " + about);
  }

  /** Of the section {@code evaluation}, for diffusion models alone. */
  static Stream<Key> looks() {
    return Stream.of(
        ifGiven(
            DiffusionSettings.SAMPLES,
            Key.Type.WHOLE,
            "0 to 1000",
            1000,
            "images of each class that a diffusion model draws to be looked at; 0 = none, %d if not given"
                .formatted(SamplePlan.USUAL.perClass())),
        ifGiven(
            DiffusionSettings.SAMPLING_STEPS,
            Key.Type.WHOLE,
            "1 to " + MOST_TIME_STEPS,
            MOST_TIME_STEPS,
            "steps of DDIM in which it draws them; %d if not given"
                .formatted(SamplePlan.USUAL.steps())),
        ifGiven(
            DiffusionSettings.GUIDANCE,
            Key.Type.NUMBER,
            "[0, 1000]",
            1000,
            "scale of classifier-free guidance, 1 = none; %s if not given"
                .formatted(SamplePlan.USUAL.guidance())),
        new Key(
            DiffusionSettings.SAMPLE_AT,
            Key.Type.WORD,
            Optional.of(Key.Default.INHERITED),
            "",
            _ -> true,
            List.of("end", "looks"),
            "when it draws them: after the last step, or at each look; end if not given"));
  }

  /** What is so where nothing is said. */
  static Map<String, Object> usualLooks() {
    SamplePlan usual = SamplePlan.USUAL;
    return Map.of(
        DiffusionSettings.SAMPLES,
        (long) usual.perClass(),
        DiffusionSettings.SAMPLING_STEPS,
        (long) usual.steps(),
        DiffusionSettings.GUIDANCE,
        usual.guidance(),
        DiffusionSettings.SAMPLE_AT,
        usual.when().name().toLowerCase(Locale.ROOT));
  }

  private static Key ifGiven(String name, Key.Type type, String range, double most, String about) {
    boolean positive = range.startsWith("1");
    return new Key(
        name,
        type,
        Optional.of(Key.Default.INHERITED),
        range,
        v -> v >= (positive ? 1 : 0) && v <= most,
        List.of(),
        about);
  }
}
