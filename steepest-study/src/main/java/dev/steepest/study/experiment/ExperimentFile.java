package dev.steepest.study.experiment;

import dev.steepest.study.experiment.DecisionRule.Pair;
import dev.steepest.study.experiment.Experiment.Cell;
import dev.steepest.study.experiment.Overrides.Variant;
import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.file.YamlFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads an experiment file, all its problems at once. */
public final class ExperimentFile {
  static final String BEGINNING = "an experiment starts with 'name: …'";
  private static final String HEAD = "The experiment has problems:";

  private final Vocabulary vocabulary;
  private final Problems problems = new Problems();
  private final String file;

  private ExperimentFile(Vocabulary vocabulary, String file) {
    this.vocabulary = vocabulary;
    this.file = file;
  }

  /**
   * Reads an experiment.
   *
   * @param text the YAML text
   * @param file how messages name it
   * @param overrides {@code key=value} each, applied in order on top of the file
   * @throws ProblemsException listing everything that is wrong
   */
  public static Experiment read(
      String text, String file, List<String> overrides, Vocabulary vocabulary) {
    return readWith(text, file, overrides.stream().map(Setting::option).toList(), vocabulary);
  }

  /**
   * Reads an experiment with settings that may come from other files.
   *
   * @param settings applied in order on top of the file
   * @throws ProblemsException listing everything that is wrong
   */
  public static Experiment readWith(
      String text, String file, List<Setting> settings, Vocabulary vocabulary) {
    return new ExperimentFile(vocabulary, file).read(text, settings);
  }

  private Experiment read(String text, List<Setting> overrides) {
    Mapping written = YamlFile.read(text, file, BEGINNING, problems);
    problems.throwIfAny("The experiment file cannot be read:");
    Overrides set = new Overrides(vocabulary, problems);
    Mapping root = written;
    for (Setting override : overrides) {
      root = set.apply(root, override);
    }
    reportUnknownSections(root);
    Flags flags = Flags.read(root.entries().get(Arm.FLAGS), "", problems);
    List<Arm> arms = set.flagged(Arm.read(root, vocabulary, problems));
    FlagUse use = new FlagUse(vocabulary, problems);
    use.reportDead(written);
    use.reportNames(flags, arms);
    Mapping headed = evaluated(root, flags);
    Header header = new Header(headed, file, problems);
    List<Arm> chosen = header.chosen(arms);

    Layer layer = new Layer(vocabulary, problems);
    List<Variant> all = new ArrayList<>();
    for (Arm arm : arms) {
      if (arm.sameAs().isEmpty()) {
        all.add(new Variant(arm, layer.over(root, arm)));
      }
    }
    header.quick(arms);
    header.quickSettings();
    List<Variant> run = all.stream().filter(v -> chosen.contains(v.arm())).toList();
    run = set.apply(run, layer);
    use.reportAmbiguous(root, run, flags);
    use.reportLost(set.flags(), root, run, all);
    ArmReader reader = new ArmReader(vocabulary, file, problems);
    Set<String> changed = reader.changed(all, set);
    // A file is checked whole, but what the command line sets is not meant for arms left out.
    List<Grid> grids =
        reader
            .read(
                overrides.isEmpty() ? all : run,
                flags,
                changed,
                reader.shared(set.named(all, run), changed))
            .stream()
            .filter(grid -> chosen.stream().anyMatch(arm -> arm.name().equals(grid.arm())))
            .toList();
    List<Long> seeds = header.seeds();
    Optional<String> task = header.task(vocabulary.tasks());
    DecisionRule rule =
        new DecisionRuleReader(vocabulary, problems).read(headed.entries().get("verdict"), file);
    String name = header.name();
    problems.throwIfAny(HEAD);

    List<Cell> cells = cells(grids, name);
    boolean listed = root.entries().containsKey(Arm.ARMS) || grids.size() > 1;
    if (listed) {
      reportAlike(cells, arms);
    }
    for (Cell cell : cells) {
      vocabulary
          .objections(cell.settings())
          .forEach(o -> problems.add(file, "%s, %s: %s".formatted(cell.problem(), cell.arm(), o)));
    }
    task.ifPresent(said -> reportOtherTasks(said, headed, cells));
    rule = among(rule, cells, arms);
    String title = header.word("title", name);
    String about = header.word("about", "");
    problems.throwIfAny(HEAD);
    return new Experiment(
        name,
        title,
        about,
        seeds,
        listed ? rule.comparing(Compared.of(vocabulary, cells)) : rule,
        cells);
  }

  private void reportUnknownSections(Mapping root) {
    List<String> known = new ArrayList<>(Header.KEYS);
    known.remove(Header.MODE); // which is nearest to a mistyped model, but seldom meant
    vocabulary.sections().forEach(section -> known.add(section.name()));
    known.addAll(List.of(Arm.FLAGS, Arm.ARMS, Header.MODE));
    root.entries()
        .forEach((key, node) -> {
          if (!known.contains(key)) {
            problems.add(node.where(), Problems.unknown("section", key, known));
          }
        });
  }

  /** The task follows from what is chosen: to say another one is a mistake in either. */
  private void reportOtherTasks(String said, Mapping headed, List<Cell> cells) {
    String where = headed.entries().get(Header.TASK).where();
    cells.stream()
        .filter(cell -> !vocabulary.task(cell.settings()).equals(said))
        .map(cell ->
            "task is %s, but %s is %s; write task: %s, or choose another model"
                .formatted(
                    said,
                    cell.problem(),
                    vocabulary.task(cell.settings()),
                    vocabulary.task(cell.settings())))
        .distinct()
        .forEach(problem -> problems.add(where, problem));
  }

  /** What stands outside of sections, with values for expressions. */
  private Mapping evaluated(Mapping root, Flags flags) {
    Expressions expressions = new Expressions(flags.values(), problems);
    Map<String, Node> entries = new LinkedHashMap<>();
    root.entries()
        .forEach((key, node) -> {
          if (Header.KEYS.contains(key)) {
            entries.put(key, expressions.evaluate(key, node));
          }
        });
    return new Mapping(entries, root.where());
  }

  /** All points; where arms change every section of the problem, the experiment names it. */
  private static List<Cell> cells(List<Grid> grids, String name) {
    return grids.stream()
        .flatMap(grid -> grid.cells().stream())
        .map(c -> c.problem().isEmpty() ? new Cell(name, c.arm(), c.settings()) : c)
        .collect(Collectors.groupingBy(Cell::problem, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private void reportAlike(List<Cell> cells, List<Arm> arms) {
    Map<List<String>, Cell> named = new HashMap<>();
    Map<List<Object>, Cell> equal = new HashMap<>();
    for (Cell cell : cells) {
      String where =
          arms.stream()
              .filter(arm -> arm.name().equals(cell.arm()))
              .findFirst()
              .map(Arm::where)
              .orElse(file);
      if (named.put(List.of(cell.problem(), cell.arm()), cell) != null) {
        problems.add(where, "two arms are called '%s'; rename one".formatted(cell.arm()));
        continue;
      }
      Cell before = equal.putIfAbsent(List.of(cell.problem(), cell.settings()), cell);
      if (before != null) {
        problems.add(
            where,
            "arms '%s' and '%s' have equal settings on %s, so there is nothing to compare;"
                    .formatted(before.arm(), cell.arm(), cell.problem())
                + " change one or drop it");
      }
    }
  }

  /** The rule for the arms that are run: one alone needs no baseline. */
  private DecisionRule among(DecisionRule rule, List<Cell> cells, List<Arm> arms) {
    List<String> labels = cells.stream().map(Cell::arm).distinct().toList();
    if (!rule.pairs().isEmpty()) {
      return rule.comparingOnly(pairs(rule.pairs(), labels, arms));
    }
    Optional<String> lacking = rule.baseline().filter(b -> !labels.contains(b));
    if (lacking.isEmpty()) {
      return rule;
    }
    String baseline = lacking.get();
    boolean leftOut =
        arms.stream().map(Arm::name).anyMatch(baseline::equals)
            && labels.stream().noneMatch(label -> label.startsWith(baseline + " "));
    if (leftOut && labels.size() == 1) {
      return rule.withoutBaseline();
    }
    problems.add(
        file,
        leftOut
            ? "verdict.baseline '%s' is an arm that 'mode' leaves out; add it to mode, or write --set verdict.baseline=%s"
                .formatted(baseline, labels.getFirst())
            : Problems.unknown("arm for verdict.baseline", baseline, labels));
    return rule;
  }

  /** Those of which both arms are run, by whatever name they are called. */
  private List<Pair> pairs(List<Pair> stated, List<String> labels, List<Arm> arms) {
    Map<String, String> known = new LinkedHashMap<>();
    arms.forEach(arm -> known.put(arm.name(), arm.sameAs().orElse(arm.name())));
    labels.forEach(label -> known.putIfAbsent(label, label));
    List<Pair> pairs = new ArrayList<>();
    for (Pair pair : stated) {
      List<String> lacking =
          Stream.of(pair.first(), pair.second()).filter(arm -> !known.containsKey(arm)).toList();
      lacking.forEach(arm ->
          problems.add(
              file, Problems.unknown("arm for verdict.pairs", arm, List.copyOf(known.keySet()))));
      Pair real = new Pair(known.get(pair.first()), known.get(pair.second()));
      if (labels.contains(real.first()) && labels.contains(real.second())) {
        pairs.add(real);
      }
    }
    return pairs;
  }
}
