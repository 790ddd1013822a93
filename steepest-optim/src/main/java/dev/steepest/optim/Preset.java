package dev.steepest.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A named partition of a network's parameters by role, each part with its rule.
 *
 * <p>The main slot's hyper-parameters stand at the top level of its settings; another slot's in a
 * nested map under the slot's key: {@code {lr: 0.02, momentum: 0.95, rest: {lr: 0.001}}}.
 *
 * <p>So do {@link Wrappers}, each under its name, around all parts: {@code {lr: 0.1, sam: {rho:
 * 0.05}, lookahead: {k: 5}}}. Those that are not given are not there; {@code {}} is one with its
 * defaults. Whatever the order in which they are written, {@link Wrapper.Place} orders them.
 *
 * @param name as configuration says it
 * @param about one line
 * @param slots the parts; exactly one has key "" and is the main one; no role is in two
 */
public record Preset(String name, String about, List<Slot> slots) {

  /**
   * Where a slot's hyper-parameters come from when neither settings nor the slot's own defaults
   * give them.
   */
  public enum Defaults {
    /** From the rule's knobs. */
    RULE,
    /** From what the main slot has in this run, given or default; the rules must be the same. */
    MAIN
  }

  /**
   * One part of the partition.
   *
   * @param key "" for the main slot, else the key of its nested settings
   * @param roles the parameters that it takes
   * @param rule how they are updated
   * @param defaults hyper-parameters that differ here from {@code otherwise}
   * @param otherwise where the others come from
   */
  public record Slot(
      String key,
      Set<Role> roles,
      Class<? extends Rule> rule,
      Map<String, Object> defaults,
      Defaults otherwise) {

    public Slot(
        String key, Set<Role> roles, Class<? extends Rule> rule, Map<String, Object> defaults) {
      this(key, roles, rule, defaults, Defaults.RULE);
    }

    public Slot {
      roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
      defaults = Collections.unmodifiableSortedMap(new TreeMap<>(defaults));
      List<String> problems = Knobs.problems(Knobs.of(Rules.hyper(rule)), defaults);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException("slot '" + key + "': " + String.join("; ", problems));
      }
    }

    boolean isMain() {
      return key.isEmpty();
    }
  }

  public Preset {
    slots = List.copyOf(slots);
    for (Slot slot : slots) {
      Stream.concat(
              Stream.of(slot.key()),
              Knobs.of(Rules.hyper(slot.rule())).stream().map(Knobs.Declared::key))
          .filter(Wrapping.BY_KEY::containsKey)
          .forEach(key -> {
            throw new IllegalArgumentException(
                "preset '" + name + "': '" + key + "' is the name of a wrapper; rename it here");
          });
    }
    if (slots.stream().filter(Slot::isMain).count() != 1) {
      throw new IllegalArgumentException(
          "preset '" + name + "' needs exactly one main slot, with key \"\"");
    }
    Set<Role> taken = EnumSet.noneOf(Role.class);
    for (Slot slot : slots) {
      for (Role role : slot.roles()) {
        if (!taken.add(role)) {
          throw new IllegalArgumentException("preset '" + name + "': two slots take role " + role);
        }
      }
    }
  }

  /**
   * One rule for all parameters; slot "vectors" holds norm weights, biases and scalars, which have
   * the main slot's hyper-parameters but are not decayed.
   */
  public static Preset everywhere(String name, String about, Class<? extends Rule> rule) {
    Set<Role> vectors = EnumSet.of(Role.VECTOR, Role.SCALAR);
    Set<Role> weights = EnumSet.complementOf(EnumSet.of(Role.VECTOR, Role.SCALAR));
    return new Preset(
        name,
        about,
        List.of(
            new Slot("", weights, rule, Map.of()),
            new Slot("vectors", vectors, rule, Map.of("weight_decay", 0.0), Defaults.MAIN)));
  }

  /** Every preset of every rule on the class path, by name. */
  public static List<Preset> all() {
    return Presets.ALL;
  }

  /**
   * The preset called {@code name}.
   *
   * @throws IllegalArgumentException with the known names
   */
  public static Preset named(String name) {
    List<String> names = all().stream().map(Preset::name).toList();
    return all().stream()
        .filter(preset -> preset.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no optimizer '"
                    + name
                    + "'"
                    + Suggestion.among(names, name)
                    + "; known: "
                    + String.join(", ", names)));
  }

  /** The main slot. */
  public Slot main() {
    return slots.stream().filter(Slot::isMain).findFirst().orElseThrow();
  }

  /**
   * The name of a slot's group, in {@link GroupSchedules} and {@link Optimizer#adjust}: the slot's
   * key; the preset's own name for the main one.
   */
  public String group(Slot slot) {
    return slot.isMain() ? name : slot.key();
  }

  /**
   * The hyper-parameters of one slot with the defaults that are in effect where the settings say
   * nothing. A slot that inherits from the main one shows the main slot's defaults.
   */
  public List<Knobs.Declared> knobs(Slot slot) {
    Map<String, Object> defaults = values(slot, Map.of());
    return Knobs.of(Rules.hyper(slot.rule())).stream()
        .map(knob -> knob.withDefault(defaults.get(knob.key())))
        .toList();
  }

  /** Every problem of {@code settings}, without touching a tensor; empty where there is none. */
  public List<String> problems(Map<String, ?> settings) {
    List<String> problems = new ArrayList<>();
    for (Slot slot : slots) {
      String where = slot.isMain() ? "" : slot.key() + ".";
      if (!slot.isMain()
          && settings.containsKey(slot.key())
          && !(settings.get(slot.key()) instanceof Map)) {
        problems.add(
            slot.key()
                + " is "
                + settings.get(slot.key())
                + " but must be a map of hyper-parameters");
        continue;
      }
      List<String> further = slot.isMain() ? nested() : List.of();
      for (String problem :
          Knobs.problems(Knobs.of(Rules.hyper(slot.rule())), further, given(slot, settings))) {
        problems.add(where.isEmpty() ? problem : "in '" + slot.key() + "': " + problem);
      }
    }
    problems.addAll(Wrapping.problems(settings));
    if (problems.isEmpty()) {
      for (Slot slot : slots) {
        try {
          rule(slot, settings);
        } catch (IllegalArgumentException inconsistent) {
          problems.add(inconsistent.getMessage());
        }
      }
    }
    return problems;
  }

  /**
   * {@code settings} with every default filled in, nested as configuration writes them.
   *
   * @throws IllegalArgumentException listing all problems
   */
  public SortedMap<String, Object> complete(Map<String, ?> settings) {
    refuse(problems(settings));
    SortedMap<String, Object> complete = new TreeMap<>();
    for (Slot slot : slots) {
      Map<String, Object> values = Knobs.values((Record) rule(slot, settings));
      if (slot.isMain()) {
        complete.putAll(values);
      } else {
        complete.put(slot.key(), new TreeMap<>(values));
      }
    }
    complete.putAll(Wrapping.complete(settings));
    return complete;
  }

  /**
   * An optimizer for these parameters.
   *
   * @param parameters each goes to the slot that takes its role; order decides nothing but the
   *     printed order
   * @param settings hyper-parameters; what is not given has its default
   * @param seed of whatever the rules draw
   * @throws IllegalArgumentException listing all problems: of the settings, a role that no slot
   *     takes, a slot with settings but without parameters
   */
  public Optimizer on(List<Parameter> parameters, Map<String, ?> settings, long seed) {
    return builder(parameters, settings).seed(seed).build();
  }

  /**
   * As {@link #on}, for callers who have more to say: the length of the run, state alongside, a
   * policy for gradients that are not finite, shards, wrappers of their own inside those of the
   * settings.
   */
  public OptimizerBuilder builder(List<Parameter> parameters, Map<String, ?> settings) {
    return builder(parameters, settings, List::of);
  }

  /**
   * The same with groups that are taken apart, so that they can have schedules of their own.
   *
   * @param apart the groups, with names of their own, that share the parameters of one
   */
  public OptimizerBuilder builder(
      List<Parameter> parameters,
      Map<String, ?> settings,
      Function<ParameterGroup, List<ParameterGroup>> apart) {
    OptimizerBuilder builder =
        Optimizer.builder(
            groups(parameters, settings).stream()
                .flatMap(group -> apart.apply(group).stream())
                .toList());
    Wrapping.make(settings).forEach(builder::wrap);
    return builder;
  }

  /** Whether settings say something of a slot that would not be so without them. */
  private boolean isToldApart(Slot slot, Map<String, ?> settings) {
    if (!settings.containsKey(slot.key()) || !problems(settings).isEmpty()) {
      return settings.containsKey(slot.key());
    }
    Map<String, Object> others = new TreeMap<>(settings);
    others.remove(slot.key());
    return !rule(slot, settings).equals(rule(slot, others));
  }

  /**
   * The groups of {@link #on}, called as {@link #group} says; slots without parameters have none.
   */
  public List<ParameterGroup> groups(List<Parameter> parameters, Map<String, ?> settings) {
    List<String> problems = new ArrayList<>(problems(settings));
    for (Parameter parameter : parameters) {
      if (slots.stream().noneMatch(slot -> slot.roles().contains(parameter.role()))) {
        problems.add(
            "no slot takes parameter '" + parameter.name() + "' of role " + parameter.role());
      }
    }
    for (Slot slot : slots) {
      boolean empty =
          parameters.stream().noneMatch(parameter -> slot.roles().contains(parameter.role()));
      if (empty && (slot.isMain() || isToldApart(slot, settings))) {
        problems.add(
            (slot.isMain() ? "the main slot" : "slot '" + slot.key() + "'")
                + " takes "
                + slot.roles()
                + " but the network has none; choose another optimizer or drop its settings");
      }
    }
    refuse(problems);
    List<ParameterGroup> groups = new ArrayList<>();
    for (Slot slot : slots) {
      List<Parameter> taken =
          parameters.stream().filter(parameter -> slot.roles().contains(parameter.role())).toList();
      if (!taken.isEmpty()) {
        groups.add(new ParameterGroup(group(slot), rule(slot, settings), taken));
      }
    }
    return groups;
  }

  /** Keys of nested settings: other slots and wrappers. */
  private List<String> nested() {
    return Stream.concat(
            slots.stream().filter(slot -> !slot.isMain()).map(Slot::key), Wrapping.keys().stream())
        .toList();
  }

  private Rule rule(Slot slot, Map<String, ?> settings) {
    return Rules.make(slot.rule(), values(slot, settings));
  }

  /**
   * All values of a slot: given, else the slot's own default, else the main slot's value or the
   * rule's default.
   */
  private Map<String, Object> values(Slot slot, Map<String, ?> settings) {
    Map<String, Object> values = new TreeMap<>();
    if (slot.otherwise() == Defaults.MAIN) {
      values.putAll(values(main(), settings));
    } else {
      Knobs.of(Rules.hyper(slot.rule()))
          .forEach(knob -> values.put(knob.key(), knob.defaultValue()));
    }
    values.putAll(slot.defaults());
    values.putAll(given(slot, settings));
    return values;
  }

  /** What the settings say for one slot. */
  private Map<String, Object> given(Slot slot, Map<String, ?> settings) {
    Map<String, Object> given = new TreeMap<>();
    if (slot.isMain()) {
      given.putAll(settings);
      nested().forEach(given::remove);
    } else if (settings.get(slot.key()) instanceof Map<?, ?> nested) {
      nested.forEach((key, value) -> given.put(String.valueOf(key), value));
    }
    return given;
  }

  private void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer '" + name + "': " + String.join("; ", problems));
    }
  }
}
