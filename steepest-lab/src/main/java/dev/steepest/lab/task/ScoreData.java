package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.diffusion.Prior;
import dev.steepest.lab.distill.DistillationSettings;
import dev.steepest.lab.distill.Mode;
import dev.steepest.lab.distill.PromptPattern;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * What images are distilled from: a frozen diffusion model, what is wanted of it, and who judges.
 * Shared by all runs that ask for the same.
 */
public final class ScoreData implements TaskData {
  private final ScoreSettings settings;
  private final OpenPrior prior;
  private final Optional<TrainedClassifier> judge;
  private final List<String> prompts;
  private final List<Integer> judged;
  private final SortedMap<String, String> checksums;

  private ScoreData(
      ScoreSettings settings,
      OpenPrior prior,
      Optional<TrainedClassifier> judge,
      List<String> prompts,
      List<Integer> judged,
      SortedMap<String, String> checksums) {
    this.settings = settings;
    this.prior = prior;
    this.judge = judge;
    this.prompts = List.copyOf(prompts);
    this.judged = List.copyOf(judged);
    this.checksums = Collections.unmodifiableSortedMap(new TreeMap<>(checksums));
  }

  /** Whether a section {@code data} of this name is a score. */
  static boolean holds(String name) {
    return name.equals(ScoreSettings.NAME);
  }

  /**
   * Opens what a score is made with.
   *
   * @param data the section {@code data} of a run
   * @param folder of data sets
   * @throws DataException if there is no such model or judge, they do not fit together, or the
   *     model does not understand the prompts
   */
  static ScoreData load(Settings data, Path folder, TrainedNetworks trained) {
    ScoreSettings settings = new ScoreSettings(data);
    settings
        .prior()
        .flatMap(trained::untrained)
        .ifPresent(run -> {
          try (OpenPrior untrained = OpenPrior.untrained(run, folder)) {
            requireFit(settings, untrained);
          }
        });
    SortedMap<String, String> checksums = new TreeMap<>();
    OpenPrior prior = OpenPrior.of(settings, trained, checksums);
    try {
      requireFit(settings, prior);
      settings
          .begin()
          .map(BeginningPicture::new)
          .ifPresent(picture -> checksums.put("begin", picture.sha256()));
      List<String> prompts = settings.prompts(prior.all());
      Optional<TrainedWeights> judge =
          settings.judge().map(wanted -> judge(wanted, prior, trained, checksums));
      List<Integer> judged =
          judge.map(who -> judged(prompts, who.images().classes())).orElse(List.of());
      // The judge is opened when all is known to fit together: nothing below fails.
      return new ScoreData(
          settings,
          prior,
          judge.map(who -> TrainedClassifier.of(who.run())),
          prompts,
          judged,
          checksums);
    } catch (RuntimeException e) {
      prior.close();
      throw e;
    }
  }

  /** Whether the prior understands the prompts and can begin with the picture. */
  private static void requireFit(ScoreSettings settings, OpenPrior prior) {
    try (PointerScope _ = new PointerScope()) {
      settings.begin().map(BeginningPicture::new).ifPresent(prior::requireBegin);
      requireUnderstood(prior, settings.prompts(prior.all()), settings.distillation());
    }
  }

  /** The judge's weights, which see what the prior makes. */
  private static TrainedWeights judge(
      TrainedNetworks.Wanted wanted,
      OpenPrior prior,
      TrainedNetworks trained,
      SortedMap<String, String> checksums) {
    TrainedWeights weights = TrainedWeights.of(trained.trained(wanted));
    checksums.put("judge", weights.sha256());
    checksums.put("judge run", weights.run().spec().id());
    TrainedOn seen = weights.images();
    if (!prior.pictures(seen.channels(), seen.size())) {
      throw new DataException(
          "The judge cannot see what the prior makes",
          List.of(
              "%s = %s sees %d×%d×%d, images are %s"
                  .formatted(
                      wanted.key(),
                      wanted.experiment(),
                      seen.channels(),
                      seen.size(),
                      seen.size(),
                      prior.picture())),
          "Choose another judge, or data.judge = none.");
    }
    return weights;
  }

  /** The label that the judge should give to each prompt's images. */
  private static List<Integer> judged(List<String> prompts, List<String> classes) {
    List<Integer> labels = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String prompt : prompts) {
      String subject = new PromptPattern("{subject}").of(prompt);
      labels.add(classes.indexOf(subject));
      if (!classes.contains(subject)) {
        problems.add(
            "the prompt '%s' names none of the judge's classes: %s"
                .formatted(prompt, String.join(", ", classes)));
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "The judge cannot say whether images show what is wanted",
          problems,
          "Name a class in each prompt, or choose data.judge = none.");
    }
    return labels;
  }

  private static void requireUnderstood(
      OpenPrior prior, List<String> prompts, DistillationSettings settings) {
    List<String> problems = new ArrayList<>();
    for (String prompt : prompts) {
      List<String> said = new ArrayList<>(List.of(prompt));
      settings.negative().ifPresent(negative -> said.add(negative.of(prompt)));
      if (settings.mode() == Mode.BRIDGE) {
        said.add(settings.source().of(prompt));
        said.add(settings.target().of(prompt));
      }
      said.stream()
          .flatMap(text -> prior.objection(text).stream())
          .filter(problem -> !problems.contains(problem))
          .forEach(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new DataException("The prior does not understand all prompts", problems, "");
    }
  }

  ScoreSettings settings() {
    return settings;
  }

  /** How many images are distilled. */
  int images() {
    return prompts.size() * settings.particles();
  }

  /** The prompt of each image; those of one prompt stand together. */
  List<String> prompts() {
    return repeated(prompts);
  }

  /** What the judge should say of each image; empty without a judge. */
  List<Integer> judged() {
    return repeated(judged);
  }

  private <T> List<T> repeated(List<T> given) {
    return given.stream()
        .flatMap(one -> Collections.nCopies(settings.particles(), one).stream())
        .toList();
  }

  /** Memory that the prior's weights will take, and what learns beside them. */
  Optional<Demand> demand() {
    return prior.demand(settings);
  }

  /** The prior, on a device from now on. */
  Prior prior(Device device) {
    return prior.on(device);
  }

  /** The judge, on a device from now on. */
  Optional<TrainedClassifier> judge(Device device) {
    judge.ifPresent(network -> network.to(device));
    return judge;
  }

  /**
   * What every image begins as, [1, C, H, W] of the prior; empty where nothing is said. Owned by
   * the caller's scope.
   */
  Optional<Tensor> begin() {
    return settings.begin().map(file -> prior.begin(new BeginningPicture(file)));
  }

  /** SHA-256 of weights and the ids of the runs that trained them. */
  SortedMap<String, String> checksums() {
    return checksums;
  }

  @Override
  public Task task(RunSpec spec, Prefetch prefetch) {
    return new ImageDistillation(spec, this);
  }

  @Override
  public void close() {
    try (PointerScope _ = new PointerScope()) {
      prior.close();
      judge.ifPresent(TrainedClassifier::close);
    }
  }
}
