package dev.steepest.lab.task;

import dev.steepest.lab.diffusion.LabelDrops;
import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.diffusion.SamplePlan;
import dev.steepest.lab.diffusion.SamplePlan.When;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.study.plan.Settings;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a run's settings say of a diffusion model: part of {@code model}, part of the looks. */
public final class DiffusionSettings {
  /** T. */
  public static final String TIME_STEPS = "time_steps";

  /** β of the first time step. */
  public static final String BETA_FIRST = "beta_first";

  /** β of the last time step. */
  public static final String BETA_LAST = "beta_last";

  public static final String DROP_BOTH = "drop_both";
  public static final String DROP_CLASS = "drop_class";
  public static final String DROP_QUALITY = "drop_quality";

  /** Of the section {@code evaluation}: images of each class that are drawn. */
  public static final String SAMPLES = "samples";

  /** Of the section {@code evaluation}: steps of DDIM. */
  public static final String SAMPLING_STEPS = "sampling_steps";

  /** Of the section {@code evaluation}: s of classifier-free guidance. */
  public static final String GUIDANCE = "guidance";

  /** Of the section {@code evaluation}: at which looks. */
  public static final String SAMPLE_AT = "sample_at";

  private static final Set<String> PROCESS =
      Set.of(TIME_STEPS, BETA_FIRST, BETA_LAST, DROP_BOTH, DROP_CLASS, DROP_QUALITY);

  private DiffusionSettings() {}

  /**
   * How much noise there is at which time step.
   *
   * @param model the section of that name
   */
  public static NoiseSchedule schedule(Settings model) {
    return NoiseSchedule.linear(
        (int) model.whole(TIME_STEPS), model.number(BETA_FIRST), model.number(BETA_LAST));
  }

  static LabelDrops drops(Settings model) {
    return new LabelDrops(
        model.number(DROP_BOTH), model.number(DROP_CLASS), model.number(DROP_QUALITY));
  }

  /**
   * @param evaluation the section of that name
   */
  static SamplePlan samples(Settings evaluation) {
    SamplePlan usual = SamplePlan.USUAL;
    return new SamplePlan(
        evaluation.has(SAMPLES) ? (int) evaluation.whole(SAMPLES) : usual.perClass(),
        evaluation.has(SAMPLING_STEPS) ? (int) evaluation.whole(SAMPLING_STEPS) : usual.steps(),
        evaluation.has(GUIDANCE) ? evaluation.number(GUIDANCE) : usual.guidance(),
        evaluation.has(SAMPLE_AT)
            ? When.valueOf(evaluation.text(SAMPLE_AT).toUpperCase(Locale.ROOT))
            : usual.when());
  }

  /**
   * The network of a run in its initial state.
   *
   * @param model the section of that name
   */
  static DenoisingNetwork network(Settings model, Conditions conditions, long seed) {
    NetworkKind<Conditions> kind = Denoisers.named(model.text("name"));
    Map<String, Object> own = new TreeMap<>(model.tree());
    own.remove("name");
    own.keySet().removeIf(key -> PROCESS.contains(key) && !isOf(kind, key));
    Network network = kind.create(conditions, own, seed);
    return (DenoisingNetwork) network;
  }

  /** Whether the network itself has a setting: the number of time steps may matter to it. */
  private static boolean isOf(NetworkKind<Conditions> kind, String key) {
    return kind.settings().stream().anyMatch(setting -> setting.key().equals(key));
  }
}
