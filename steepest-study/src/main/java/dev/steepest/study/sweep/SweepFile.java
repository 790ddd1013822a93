package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.file.YamlFile;
import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.SearchSpace.Parameter;
import dev.steepest.study.sweep.CommandReader.Command;
import dev.steepest.study.sweep.SearchReader.Search;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Reads a sweep file as W&B has it, all its problems at once.
 *
 * <p>On top of W&B's keys there are {@code seed}, more methods ({@link Method}) and {@code
 * early_terminate: {type: asha}}. What concerns W&B's server ({@code entity}, {@code project},
 * {@code controller} …) is accepted and not used.
 */
public final class SweepFile {
  private static final String HEAD = "The sweep has problems:";

  private static final String NAME = "name";
  private static final String DESCRIPTION = "description";
  private static final String EARLY_TERMINATE = "early_terminate";
  private static final String RUN_CAP = "run_cap";

  /** Groups of keys, which may be made by setting a key in them. */
  static final List<String> GROUPS =
      List.of(Objective.METRIC, SpaceReader.PARAMETERS, EARLY_TERMINATE);

  /** Of W&B's server and its client alone. */
  private static final List<String> ELSEWHERE =
      List.of("entity", "project", "controller", "apiVersion", "kind");

  private static final List<String> KEYS =
      Stream.concat(
              Stream.of(
                  NAME,
                  DESCRIPTION,
                  CommandReader.PROGRAM,
                  CommandReader.COMMAND,
                  SearchReader.METHOD,
                  Objective.METRIC,
                  SpaceReader.PARAMETERS,
                  EARLY_TERMINATE,
                  RUN_CAP,
                  SearchReader.SEED),
              ELSEWHERE.stream())
          .toList();

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
    Objective objective = Objective.read(fields);
    Optional<Search> search = new SearchReader(fields, problems).read(objective);
    OptionalLong cap = fields.whole(RUN_CAP, 1);
    EarlyTermination termination =
        fields
            .group(EARLY_TERMINATE)
            .flatMap(group -> TerminationReader.read(group, objective.goal()))
            .orElse(EarlyTermination.NEVER);
    if (!objective.isNamed() && fields.has(EARLY_TERMINATE)) {
      fields.problem(EARLY_TERMINATE, "needs a metric; write metric: {name: …, goal: …}");
    }
    problems.throwIfAny(HEAD);
    Search found = search.orElseThrow();
    return new Sweep(
        name,
        fields.word(DESCRIPTION).orElse("").replaceAll("\\s+", " "),
        command.program(),
        command.arguments(),
        objective.name(),
        objective.goal(),
        objective.target(),
        found.space().parameters().stream().map(Parameter::name).toList(),
        found.searcher(),
        termination,
        cap.isPresent()
            ? OptionalInt.of((int) Math.min(Integer.MAX_VALUE, cap.getAsLong()))
            : OptionalInt.empty(),
        text(root, name));
  }

  /** What says the same without what is used elsewhere, and with the name that it got here. */
  private static String text(Mapping root, String name) {
    Map<String, Node> entries = new LinkedHashMap<>();
    entries.put(NAME, new Node.Scalar(name, ""));
    root.entries()
        .forEach((key, node) -> {
          if (!key.equals(NAME) && !ELSEWHERE.contains(key)) {
            entries.put(key, node);
          }
        });
    return SweepText.of(new Mapping(entries, root.where()));
  }

  /** A name that a folder can have: what W&B allows beside is replaced by hyphens. */
  private String name(Fields fields) {
    String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    String name = folderName(fields.word(NAME).orElse(""));
    return name.isEmpty() ? folderName(last.replaceFirst("\\.[A-Za-z]+$", "")) : name;
  }

  private static String folderName(String text) {
    return text.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[-._]+|[-.]+$", "");
  }
}
