package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.stable.StableFolder;
import dev.steepest.lab.task.ScoreSettings;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.StudySeal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One picture, distilled from a diffusion model: an experiment with one run. */
@Command(
    name = "distill",
    description = {
      "Optimise a picture through a frozen diffusion model; short for an experiment with one run.",
      "The model is a small one that is trained first, once, unless --model names another.",
      "Ctrl-C stops; the same command goes on, and with it the film."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  steepest distill --prompt 'star, clean'",
      "  steepest distill --prompt 'ring, clean' --mode vsd --cfg-scale 2 --particles 4",
      "  steepest distill --prompt 'star, clean' --representation fourier --optimizer muon --lr 0.01",
      "  steepest distill --model ~/stable-diffusion-2-1-base --prompt 'a DSLR photo of a fox' \\\\",
      "      --mode nfsd --device cuda:0 --numbers bf16"
    })
final class DistillCommand implements Callable<Integer> {
  /** Measured on figures: of .01, .03 and .1 the rate at which AdamW made the surest pictures. */
  private static final String USUAL_PIXEL_LR = "0.03";

  /** Measured on Fourier perceptrons: as sure as .0005, surer than .003; elsewhere assumed. */
  private static final String USUAL_IMPLICIT_LR = "0.001";

  private static final String PIXELS = "pixels";

  private final Console console;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What the picture shall show: 'CLASS, QUALITY' for the small model; several by ';'.")
  private Optional<String> prompt = Optional.empty();

  @Option(
      names = {"--negative", "--negative-prompt"},
      paramLabel = "TEXT",
      description = "What it shall not be like.")
  private Optional<String> negative = Optional.empty();

  @Option(
      names = "--mode",
      paramLabel = "M",
      description = "sds, nfsd, vsd or bridge (default: sds).")
  private Optional<String> mode = Optional.empty();

  @Option(
      names = {"--cfg-scale", "--cfg_scale", "--guidance"},
      paramLabel = "S",
      description = "Guidance, 0 to 1000; 1 is none (default: 7.5).")
  private Optional<String> guidance = Optional.empty();

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "See 'list optimizers' (default: adamw).")
  private String optimizer = "adamw";

  @Option(
      names = "--lr",
      paramLabel = "X",
      description =
          "Learning rate of the optimizer's main group (default: the optimizer's; adamw: 0.03 for pixels, else 0.001).")
  private Optional<String> lr = Optional.empty();

  @Option(
      names = {"--n-steps", "--n_steps", "--steps"},
      paramLabel = "N",
      description = "Optimizer steps (default: ${DEFAULT-VALUE}).")
  private String steps = "300";

  @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private String seed = "1";

  @Option(
      names = "--representation",
      paramLabel = "NAME",
      description = "pixels, latent, fourier, siren or hashgrid (default: ${DEFAULT-VALUE}).")
  private String representation = PIXELS;

  @Option(
      names = {"--init-image", "--init_image"},
      paramLabel = "FILE",
      description = "Picture to begin as, of the model's size: PNG, JPEG, GIF or BMP.")
  private Optional<String> begin = Optional.empty();

  @Option(
      names = "--particles",
      paramLabel = "N",
      description = "Pictures of each prompt, which vsd spreads out (default: 1).")
  private Optional<String> particles = Optional.empty();

  @Option(
      names = {"--stage-two-start-step", "--stage_two_start_step"},
      paramLabel = "N",
      description = "bridge: step with which its second stage begins (default: half of them).")
  private Optional<String> stageTwo = Optional.empty();

  @Option(
      names = "--every",
      paramLabel = "N",
      description = "Steps between frames of the film (default: ${DEFAULT-VALUE}).")
  private String every = "10";

  @ArgGroup private Source source = new Source();

  /** Where the diffusion model comes from. */
  private static final class Source {
    @Option(
        names = "--prior",
        paramLabel = "NAME",
        description = "Experiment that trains the diffusion model (default: figures-diffusion).")
    private Optional<String> prior = Optional.empty();

    @Option(
        names = "--model",
        paramLabel = "DIR",
        description = "Folder of a Stable Diffusion 1.5 or 2.1 model in diffusers layout.")
    private Optional<String> folder = Optional.empty();
  }

  @Option(
      names = "--numbers",
      paramLabel = "P",
      description = "fp32 or bf16, of --model (default: fp32).")
  private Optional<String> numbers = Optional.empty();

  @Option(
      names = "--check",
      description = "Say what is in the folder of --model, and whether it is complete, and stop.")
  private boolean check;

  @Option(names = "--name", paramLabel = "NAME", description = "Names the folder of the run.")
  private String name = "distill";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other setting, as in 'run'; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--dry-run", description = "Print the plan and stop.")
  private boolean dryRun;

  @Mixin private WorkplaceOptions bench;

  DistillCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (check) {
      StableFolder.open(
              Path.of(
                  source.folder.orElseThrow(
                      () -> new UserError("--check looks at a folder; name it with --model."))))
          .describe()
          .forEach(console::say);
      return 0;
    }
    String text = "name: " + name + "\n";
    List<Setting> settings = settings();
    Experiment experiment = read(text, settings);
    if (dryRun) {
      return new ExperimentSession(console, experiment, bench.folder(name), text).dryRun();
    }
    List<RunSpec> plan = Plan.of(experiment);
    if (plan.size() != 1) {
      throw new UserError(
          "These options ask for %d runs, but one picture is one run; write an experiment file for more."
              .formatted(plan.size()));
    }
    String source = StudySeal.source(text, settings.stream().map(Setting::assignment).toList());
    Path folder = bench.folder(name);
    return new DistillSession(console, experiment, plan.getFirst(), folder, source)
        .run(bench.bench());
  }

  /** What the options say; that none says what to show is one problem among the others. */
  private Experiment read(String text, List<Setting> settings) {
    List<String> problems = new ArrayList<>();
    if (prompt.isEmpty()) {
      problems.add("--prompt: a picture needs one, e.g. --prompt 'star, clean'");
    }
    try {
      Experiment experiment =
          ExperimentFile.readWith(text, "command line", settings, new Catalog());
      if (problems.isEmpty()) {
        return experiment;
      }
    } catch (ProblemsException e) {
      problems.addAll(e.problems());
    }
    throw new ProblemsException("These options make no picture:", problems);
  }

  private List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    add(settings, "model", "--representation", Optional.of(representation));
    add(settings, "data", "", Optional.of(ScoreSettings.NAME));
    text(settings, "data." + ScoreSettings.PROMPTS, "--prompt", prompt);
    text(settings, "data." + ScoreSettings.NEGATIVE, "--negative", negative);
    add(settings, "data.mode", "--mode", mode);
    add(settings, "data.guidance", "--cfg-scale", guidance);
    add(settings, "data.particles", "--particles", particles);
    add(settings, "data." + ScoreSettings.STAGE_TWO, "--stage-two-start-step", stageTwo);
    text(settings, "data." + ScoreSettings.BEGIN, "--init-image", begin);
    text(settings, "data." + ScoreSettings.PRIOR, "--prior", source.prior);
    text(settings, "data." + ScoreSettings.FOLDER, "--model", source.folder);
    add(settings, "data." + ScoreSettings.NUMBERS, "--numbers", numbers);
    add(settings, "optimizer", "--optimizer", Optional.of(optimizer));
    add(settings, "optimizer.lr", "--lr", lr.or(this::usualLr));
    add(settings, "schedule", "", Optional.of("constant"));
    add(settings, "training.steps", "--n-steps", Optional.of(steps));
    add(settings, "training.precision", "", Optional.of("fp32"));
    add(settings, "training.log_every", "", Optional.of("1"));
    add(settings, "evaluation.every_steps", "--every", Optional.of(every));
    settings.add(new Setting("seeds", "[" + seed + "]", "--seed " + seed));
    add(settings, "verdict", "", Optional.of("{metric: test_confidence, curve: val_confidence}"));
    overrides.forEach(override -> settings.add(Setting.option(override)));
    return settings;
  }

  private Optional<String> usualLr() {
    return optimizer.toLowerCase(Locale.ROOT).equals("adamw")
        ? Optional.of(representation.equals(PIXELS) ? USUAL_PIXEL_LR : USUAL_IMPLICIT_LR)
        : Optional.empty();
  }

  /** What an option says, as YAML; in place of its name stands nothing where it is a default. */
  private static void add(
      List<Setting> settings, String key, String option, Optional<String> value) {
    value.ifPresent(given ->
        settings.add(new Setting(key, given, option.isEmpty() ? key : option + " " + given)));
  }

  /** The same for a free text, which YAML is not to read. */
  private static void text(
      List<Setting> settings, String key, String option, Optional<String> value) {
    value.ifPresent(given ->
        settings.add(
            new Setting(
                key,
                "\"" + given.replace("\\", "\\\\").replace("\"", "\\\"") + "\"",
                option + " " + given)));
  }
}
