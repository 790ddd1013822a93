package dev.steepest.lab.sweep;

import dev.steepest.lab.catalog.FlatConfiguration;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.YamlFile;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.SweepFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that a sweep is made from, as text: a store keeps it, so that a process which knows
 * only the store makes the same runs.
 *
 * @param file the sweep file
 * @param overrides laid over the sweep file, {@code key=value} each
 * @param configuration what all trials share; empty where parameters say everything
 * @param settings laid over all of it, {@code key=value} each
 * @param seeds of the runs of each trial
 */
public record SweepSource(
    Text file,
    List<String> overrides,
    Optional<Text> configuration,
    List<String> settings,
    List<Long> seeds) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public SweepSource {
    overrides = List.copyOf(overrides);
    settings = List.copyOf(settings);
    seeds = List.copyOf(seeds);
  }

  /**
   * A file as it was read.
   *
   * @param file how messages name it
   * @param text its content
   */
  public record Text(String file, String text) {}

  /** For a store; equal sources give equal texts. */
  public String write() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
  }

  /** What {@link #write} wrote. */
  public static SweepSource read(String written) {
    return JSON.readValue(written, SweepSource.class);
  }

  /**
   * The sweep, known by all of this.
   *
   * @throws dev.steepest.study.file.ProblemsException listing everything that is wrong with its
   *     file
   */
  public Sweep sweep() {
    Sweep read = SweepFile.read(file.text, file.file, overrides);
    return read.retold(TrialMetric.named(read.metric(), whereMetric()).name(), write());
  }

  /** The line on which the metric is named. */
  private String whereMetric() {
    Mapping root = YamlFile.read(file.text, file.file, "", new Problems());
    return switch (root.entries().get("metric")) {
      case Mapping metric when metric.entries().containsKey("name") ->
          metric.entries().get("name").where();
      case null, default -> file.file;
    };
  }

  /**
   * The runs of its trials.
   *
   * @param read what {@link #sweep} gave
   * @throws dev.steepest.study.file.ProblemsException if the configuration cannot be read
   */
  public TrialPlans plans(Sweep read) {
    List<Setting> words = new ArrayList<>();
    configuration.ifPresent(c -> words.addAll(FlatConfiguration.read(c.text, c.file)));
    words.addAll(Arguments.words(read.arguments(), file.file));
    return new TrialPlans(read.name(), file.file, words, settings, seeds);
  }

  /**
   * The configuration file that a sweep file names: in its command, or as its program.
   *
   * @param read of the sweep file
   */
  public static Optional<String> configurationOf(Sweep read) {
    return Arguments.configuration(read.arguments())
        .or(() -> Optional.of(read.program()).filter(p -> p.matches(".*\\.ya?ml")));
  }
}
