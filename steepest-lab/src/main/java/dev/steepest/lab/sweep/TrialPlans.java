package dev.steepest.lab.sweep;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.catalog.FlatConfiguration;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The runs that a configuration asks for. */
public final class TrialPlans {
  private static final String SEED = "seed";

  private final String name;
  private final String file;
  private final List<Setting> words;
  private final List<String> settings;
  private final List<Long> seeds;

  /**
   * @param name of the sweep
   * @param file how messages name it
   * @param words that all trials share
   * @param settings laid over all, {@code key=value} each
   * @param seeds of the runs of each trial
   */
  TrialPlans(
      String name, String file, List<Setting> words, List<String> settings, List<Long> seeds) {
    this.name = name;
    this.file = file;
    this.words = List.copyOf(words);
    this.settings = List.copyOf(settings);
    this.seeds = List.copyOf(seeds);
  }

  /** What all trials share. */
  public FlatConfiguration.Meaning shared() {
    return FlatConfiguration.of(words);
  }

  /**
   * The runs of a trial, one a seed. They never look at the test set.
   *
   * @param values of the hyper-parameters
   * @throws dev.steepest.study.file.ProblemsException if no run can be made of them
   */
  public List<RunSpec> trial(Map<String, Object> values) {
    return plan(values, own(values).map(List::of).orElse(seeds), "false");
  }

  /** Words of a trial's configuration that mean nothing for what else was chosen. */
  public List<String> notes(Map<String, Object> values) {
    return FlatConfiguration.of(words(values)).notes();
  }

  /** The seed, where it is one of the hyper-parameters. */
  private Optional<Long> own(Map<String, Object> values) {
    if (!(values.get(SEED) instanceof Long seed)) {
      return Optional.empty();
    }
    if (seeds.size() > 1) {
      throw new ProblemsException(
          "The sweep has problems:",
          List.of(
              "%s: seed is a hyper-parameter, so that each trial has one run; leave --seeds out"
                  .formatted(file)));
    }
    return Optional.of(seed);
  }

  /**
   * The runs that confirm a choice: of seeds that no trial has seen, with a look at the test set
   * after the last step.
   */
  public List<RunSpec> confirmation(Map<String, Object> values, int runs) {
    if (runs == 0) {
      return List.of();
    }
    long last =
        Stream.concat(seeds.stream(), own(values).stream())
            .mapToLong(Long::longValue)
            .max()
            .orElse(0);
    List<Long> fresh = new ArrayList<>();
    for (int i = 1; i <= runs; i++) {
      fresh.add(last + i);
    }
    return plan(values, fresh, "true");
  }

  private List<Setting> words(Map<String, Object> values) {
    List<Setting> all = new ArrayList<>(words);
    values.forEach((word, value) ->
        all.add(
            new Setting(word, String.valueOf(value), "%s: %s = %s".formatted(file, word, value))));
    return all;
  }

  private List<RunSpec> plan(Map<String, Object> values, List<Long> runSeeds, String test) {
    List<Setting> laid = new ArrayList<>(FlatConfiguration.of(words(values)).settings());
    settings.forEach(setting -> laid.add(Setting.option(setting)));
    laid.add(Setting.option("evaluation.test=" + test));
    laid.add(
        Setting.option(
            "seeds="
                + runSeeds.stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", ", "[", "]"))));
    Experiment experiment =
        ExperimentFile.readWith("name: " + name + "\n", file, laid, new Catalog());
    return Plan.of(experiment);
  }
}
