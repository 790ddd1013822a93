package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code command}: of W&B's template for a command line, the words behind the program stay,
 * as arguments that every trial gets.
 */
final class CommandReader {
  static final String COMMAND = "command";
  static final String PROGRAM = "program";

  private static final String PLACE = "${program}";

  /** Macros for what the lab does itself: to start a program and to hand it its parameters. */
  private static final List<String> MACROS =
      List.of(
          "${env}",
          "${interpreter}",
          PLACE,
          "${args}",
          "${args_no_boolean_flags}",
          "${args_no_hyphens}",
          "${args_json}",
          "${args_json_file}");

  private static final Pattern MACRO = Pattern.compile("\\$\\{[^}]*}?");

  /**
   * Assumed: what programs and configurations are called, where no macro says which word is one.
   */
  private static final Pattern FILE = Pattern.compile(".*\\.(py|sh|ya?ml|json)");

  private CommandReader() {}

  /**
   * What a sweep runs, as far as the file says.
   *
   * @param program empty where it names none
   */
  record Command(String program, List<String> arguments) {}

  static Command read(Fields root) {
    Optional<String> named = root.word(PROGRAM);
    List<String> words = new ArrayList<>();
    root.list(COMMAND)
        .ifPresent(items -> items.forEach(item -> word(root, item).ifPresent(words::add)));
    if (words.isEmpty()) {
      return new Command(named.orElse(""), List.of());
    }
    int program = place(words, named);
    if (program < 0) {
      root.problem(COMMAND, "names no program; write ${program} where it stands");
      return new Command(named.orElse(""), List.of());
    }
    String place = words.get(program);
    if (place.equals(PLACE) && named.isEmpty() && !root.has(PROGRAM)) {
      root.missing(PROGRAM, "command asks for it with ${program}");
    }
    List<String> arguments = new ArrayList<>();
    for (String word : words.subList(program + 1, words.size())) {
      if (!MACROS.contains(word)) {
        arguments.add(word);
      }
    }
    return new Command(named.orElse(place.equals(PLACE) ? "" : place), arguments);
  }

  private static Optional<String> word(Fields root, Node item) {
    if (!(item instanceof Scalar s) || s.text().isEmpty()) {
      root.problem(COMMAND, "lists something that is not a word");
      return Optional.empty();
    }
    Matcher macro = MACRO.matcher(s.text());
    if (macro.find() && !MACROS.contains(s.text())) {
      root.problem(COMMAND, wrong(macro.group()));
      return Optional.empty();
    }
    return Optional.of(s.text());
  }

  private static String wrong(String macro) {
    if (MACROS.contains(macro)) {
      return "has %s inside of a word; it must stand alone".formatted(macro);
    }
    return macro.startsWith("${envvar:")
        ? "asks for %s; a sweep must mean the same everywhere, so write the value itself"
            .formatted(macro)
        : ": " + Problems.unknown("macro", macro, MACROS);
  }

  private static int place(List<String> words, Optional<String> named) {
    if (words.contains(PLACE)) {
      return words.indexOf(PLACE);
    }
    if (named.isPresent() && words.contains(named.get())) {
      return words.indexOf(named.get());
    }
    return words.stream()
        .filter(word -> FILE.matcher(word).matches())
        .findFirst()
        .map(words::indexOf)
        .orElse(-1);
  }
}
