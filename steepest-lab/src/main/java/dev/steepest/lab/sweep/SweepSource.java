package dev.steepest.lab.sweep;

import dev.steepest.lab.catalog.FlatConfiguration;
import dev.steepest.study.experiment.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that a sweep is made from, as text: a store keeps it, so that a process which knows
 * only the store makes the same runs.
 *
 * @param sweep the sweep file
 * @param overrides laid over the sweep file, {@code key=value} each
 * @param configuration what all trials share; empty where parameters say everything
 * @param settings laid over all of it, {@code key=value} each
 * @param seeds of the runs of each trial
 */
public record SweepSource(
    Text sweep,
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

  /** The flat words that all trials share, before those of their parameters. */
  List<Setting> words(List<String> arguments) {
    List<Setting> words = new ArrayList<>();
    configuration.ifPresent(c -> words.addAll(FlatConfiguration.read(c.text, c.file)));
    words.addAll(Arguments.words(arguments, sweep.file));
    return words;
  }
}
