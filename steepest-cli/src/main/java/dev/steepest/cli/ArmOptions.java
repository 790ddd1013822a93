package dev.steepest.cli;

import dev.steepest.study.experiment.ArmList;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that choose among the arms which an experiment file names; at most one of them. */
final class ArmOptions {
  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Choice choice = new Choice();

  /** What picocli fills in. */
  private static final class Choice {
    @Option(
        names = {"--list", "-l"},
        description = "Name the file's arms, one line each, and stop.")
    private boolean list;

    @Option(
        names = "--quick",
        description =
            "A first look: only the arms, or with the settings, that the file calls quick.")
    private boolean quick;

    @Option(
        names = {"-e", "--experiments"},
        arity = "1..*",
        paramLabel = "NAME",
        description = "Only these arms; after the file's name.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "Every arm, whatever 'mode' in the file chooses.")
    private boolean all;
  }

  boolean list() {
    return choice.list;
  }

  boolean given() {
    return choice.quick || choice.all || !choice.names.isEmpty();
  }

  /**
   * The choice as settings that go before those of the command line.
   *
   * @param file how the person named it, for what to do next
   * @throws UserError where the file has no arms, or nothing that it calls quick
   */
  List<Setting> settings(ArmList arms, String file) {
    if (!given()) {
      return List.of();
    }
    if (choice.quick && !arms.quickSettings().isEmpty()) {
      return arms.quickSettings();
    }
    if (arms.entries().isEmpty()) {
      throw new UserError(
          "%s names no 'arms', so there is nothing to choose by -e, --quick or --all; use --set, e.g. --set 'optimizer=[adamw, muon]'."
              .formatted(file));
    }
    if (choice.quick && arms.quick().isEmpty()) {
      throw new UserError(
          "%s calls none of its arms quick; choose with -e among: %s."
              .formatted(file, String.join(", ", arms.all())));
    }
    List<String> chosen =
        choice.all ? arms.all() : choice.quick ? arms.quick() : arms.named(choice.names);
    List<Setting> settings = new ArrayList<>();
    settings.add(
        Setting.option(
            "mode="
                + chosen.stream()
                    .map(ArmOptions::quoted)
                    .collect(Collectors.joining(", ", "[", "]"))));
    if (arms.baseline().filter(baseline -> !chosen.contains(baseline)).isPresent()) {
      settings.add(Setting.option("verdict.baseline="));
    }
    return settings;
  }

  /** A name as YAML reads it back, whatever it looks like. */
  private static String quoted(String name) {
    return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** The arms of a file, and what is run without a choice. */
  static void print(Console console, ArmList arms, Experiment plain, String file) {
    console.say(arms.title());
    if (arms.entries().isEmpty()) {
      console.say("The file names no arms; it compares " + String.join(", ", plain.arms()) + ".");
      return;
    }
    int own = arms.all().size();
    int names = arms.entries().size();
    console.say(
        "%d named experiments%s; 'steepest run %s' runs %s%s."
            .formatted(
                names,
                own == names ? "" : ", %d of them with settings of their own".formatted(own),
                file,
                plain.arms().size() >= own ? "all" : String.join(", ", plain.arms()),
                arms.quick().isEmpty() ? "" : ", --quick " + String.join(", ", arms.quick())));
    console.say("");
    int width = arms.entries().stream().mapToInt(e -> e.name().length()).max().orElse(0);
    for (ArmList.Entry entry : arms.entries()) {
      String same = entry.sameAs().map(other -> "(= " + other + ") ").orElse("");
      console.say(
          ("%-" + width + "s  %s%s").formatted(entry.name(), same, entry.about()).stripTrailing());
    }
  }
}
