package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.file.YamlFile;
import dev.steepest.study.search.Distribution;
import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.SearchSpace;
import dev.steepest.study.search.SearchSpace.Parameter;
import dev.steepest.study.search.Searcher;
import dev.steepest.study.sweep.CommandReader.Command;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads a sweep file as W&B has it, all its problems at once.
 *
 * <p>On top of W&B's keys there are {@code seed}, more methods ({@link Method}) and {@code
 * early_terminate: {type: asha}}. What concerns W&B's server ({@code entity}, {@code project},
 * {@code controller} …) is accepted and not used.
 */
public final class SweepFile {
  private static final String HEAD = "The sweep has problems:";

  private static final String PROGRAM = "program";
  private static final String METHOD = "method";
  private static final String METRIC = "metric";
  private static final String EARLY_TERMINATE = "early_terminate";
  private static final String RUN_CAP = "run_cap";
  private static final String SEED = "seed";

  /** Groups of keys, which may be made by setting a key in them. */
  static final List<String> GROUPS = List.of(METRIC, SpaceReader.PARAMETERS, EARLY_TERMINATE);

  /** Of W&B's server and its client alone. */
  private static final List<String> ELSEWHERE =
      List.of("entity", "project", "controller", "apiVersion", "kind");

  private static final List<String> KEYS =
      List.of(
          "name",
          "description",
          PROGRAM,
          "command",
          METHOD,
          METRIC,
          SpaceReader.PARAMETERS,
          EARLY_TERMINATE,
          RUN_CAP,
          SEED,
          "entity",
          "project",
          "controller",
          "apiVersion",
          "kind");

  private final Problems problems = new Problems();
  private final String file;

  private SweepFile(String file) {
    this.file = file;
  }

  /**
   * Reads a sweep.
   *
   * @param text the YAML or JSON text; that of a {@link Sweep#text} gives the same sweep
   * @param file how messages name it; a sweep without a name is named after it
   * @param overrides {@code key=value} each, applied in order on top of the file
   * @throws ProblemsException listing everything that is wrong
   */
  public static Sweep read(String text, String file, List<String> overrides) {
    return new SweepFile(file).read(text, overrides);
  }

  private Sweep read(String text, List<String> overrides) {
    Mapping root =
        YamlFile.read(text, file, "a sweep starts with 'method: random' or the like", problems);
    problems.throwIfAny("The sweep file cannot be read:");
    SweepOverrides set = new SweepOverrides(problems);
    for (String override : overrides) {
      root = set.apply(root, override);
    }
    Fields fields = new Fields(root, "", problems);
    fields.allowOnly("key of a sweep", KEYS);
    String name = name(fields);
    Command command = CommandReader.read(fields);
    Objective objective = objective(fields);
    SpaceReader reader = new SpaceReader(problems);
    Optional<SearchSpace> space = space(fields, reader);
    OptionalLong seed = fields.has(SEED) ? fields.whole(SEED, 0) : OptionalLong.of(0);
    OptionalLong cap = fields.whole(RUN_CAP, 1);
    EarlyTermination termination =
        fields
            .group(EARLY_TERMINATE)
            .flatMap(group -> TerminationReader.read(group, objective.goal))
            .orElse(EarlyTermination.NEVER);
    String about = fields.has("description") ? fields.word("description").orElse("") : "";
    Optional<Searcher> searcher =
        method(fields)
            .flatMap(m -> space.flatMap(s -> searcher(m, s, seed.orElse(0), objective, reader)));
    if (objective.name.isEmpty() && fields.has(EARLY_TERMINATE)) {
      fields.problem(EARLY_TERMINATE, "needs a metric; write metric: {name: …, goal: …}");
    }
    problems.throwIfAny(HEAD);
    return new Sweep(
        name,
        String.join(" ", about.split("\\s+")),
        command.program(),
        command.arguments(),
        objective.name,
        objective.goal,
        objective.target,
        space.orElseThrow().parameters().stream().map(Parameter::name).toList(),
        searcher.orElseThrow(),
        termination,
        cap.isPresent()
            ? OptionalInt.of((int) Math.min(Integer.MAX_VALUE, cap.getAsLong()))
            : OptionalInt.empty(),
        text(root, name));
  }

  /** What says the same without what is used elsewhere, and with the name that it got here. */
  private static String text(Mapping root, String name) {
    Map<String, Node> entries = new java.util.LinkedHashMap<>();
    entries.put("name", new Node.Scalar(name, ""));
    root.entries()
        .forEach((key, node) -> {
          if (!key.equals("name") && !ELSEWHERE.contains(key)) {
            entries.put(key, node);
          }
        });
    return SweepText.of(new Mapping(entries, root.where()));
  }

  /** A name that a folder can have: what W&B allows beside is replaced by hyphens. */
  private String name(Fields fields) {
    String given = fields.has("name") ? fields.word("name").orElse("") : "";
    String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    String name = folderName(given);
    return name.isEmpty() ? folderName(last.replaceFirst("\\.[A-Za-z]+$", "")) : name;
  }

  private static String folderName(String text) {
    return text.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[-._]+|[-.]+$", "");
  }

  private record Objective(String name, Goal goal, OptionalDouble target) {}

  private Objective objective(Fields fields) {
    Optional<Fields> metric = fields.group(METRIC);
    if (metric.isEmpty()) {
      return new Objective("", Goal.MINIMIZE, OptionalDouble.empty());
    }
    Fields group = metric.get();
    group.allowOnly("key of a metric", List.of("name", "goal", "target", "impute"));
    if (!group.has("name")) {
      group.missing("name", "write what is to be improved, e.g. val_loss");
    }
    Goal goal =
        group
            .choice("goal", "goal", List.of("minimize", "maximize"))
            .filter("maximize"::equals)
            .map(_ -> Goal.MAXIMIZE)
            .orElse(Goal.MINIMIZE);
    group.choice("impute", "way to impute", List.of("worst"));
    // A name that is wrong was told of: what needs a metric need not tell of it again.
    return new Objective(group.word("name").orElse("?"), goal, group.number("target"));
  }

  private Optional<SearchSpace> space(Fields fields, SpaceReader reader) {
    if (!fields.has(SpaceReader.PARAMETERS)) {
      fields.missing(SpaceReader.PARAMETERS, "write at least one hyper-parameter");
    }
    if (!(fields.node(SpaceReader.PARAMETERS).orElse(null) instanceof Mapping groups)) {
      fields.group(SpaceReader.PARAMETERS);
      return Optional.empty();
    }
    int before = problems.messages().size();
    SearchSpace space = reader.read(groups);
    return problems.messages().size() == before ? Optional.of(space) : Optional.empty();
  }

  private Optional<Method> method(Fields fields) {
    if (!fields.has(METHOD)) {
      fields.missing(METHOD, "write one of " + String.join(", ", Method.words()));
    }
    return fields.choice(METHOD, METHOD, Method.words()).map(Method::of);
  }

  private Optional<Searcher> searcher(
      Method method, SearchSpace space, long seed, Objective objective, SpaceReader reader) {
    if (method == Method.GRID) {
      for (Parameter p : space.parameters()) {
        uncountable(p.distribution())
            .ifPresent(why ->
                problems.add(
                    reader.where(p.name()), SpaceReader.PARAMETERS + "." + p.name() + " " + why));
      }
    }
    return problems.isEmpty()
        ? Optional.of(method.searcher(space, seed, objective.goal))
        : Optional.empty();
  }

  private static Optional<String> uncountable(Distribution distribution) {
    return distribution.size().isPresent()
        ? Optional.empty()
        : Optional.of(
            "has no end of values, so a grid cannot go through them;"
                + " write values, a q_… distribution, or method: random");
  }
}
