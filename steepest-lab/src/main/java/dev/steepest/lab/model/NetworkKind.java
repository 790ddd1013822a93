package dev.steepest.lab.model;

import java.util.List;
import java.util.Map;

/**
 * An entry of a registry: how a network is named, described, configured and made.
 *
 * @param <I> what the data set decides: {@link Images} or {@link Tokens}
 */
public final class NetworkKind<I> {
  private final String name;
  private final String description;
  private final List<Setting> settings;
  private final Factory<I> factory;

  public NetworkKind(String name, String description, List<Setting> settings, Factory<I> factory) {
    this.name = name;
    this.description = description;
    this.settings = List.copyOf(settings);
    this.factory = factory;
  }

  /** Makes a network from values that were checked against the settings. */
  @FunctionalInterface
  public interface Factory<I> {
    Network create(I input, Choice choice, long seed);
  }

  /** The key in experiment files. */
  public String name() {
    return name;
  }

  /** One line for lists. */
  public String description() {
    return description;
  }

  /** Every knob besides what the data set decides. */
  public List<Setting> settings() {
    return settings;
  }

  /**
   * Makes a network.
   *
   * @param input what the data set decides
   * @param values settings by key; absent ones take their default
   * @param seed of the initial values
   * @throws IllegalArgumentException for an unknown key or a value out of range
   */
  public Network create(I input, Map<String, ?> values, long seed) {
    return factory.create(input, new Choice(name, settings, values), seed);
  }
}
