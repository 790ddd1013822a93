package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every command in README and docs is understood. What would train is planned ({@code --dry-run}),
 * what needs records or the network is parsed up to its first look at them, the rest is run.
 */
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final Set<String> TRAINING = Set.of("run", "train", "sweep");
  private static final Set<String> HARMLESS = Set.of("list", "--help", "--version", "completion");

  @TestFactory
  Stream<DynamicTest> everyDocumentedCommandIsUnderstood() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      for (Path page : Stream.concat(Stream.of(ROOT.resolve("README.md")), docs).toList()) {
        if (page.toString().endsWith(".md")) {
          for (String command : commands(Files.readString(page))) {
            tests.add(
                DynamicTest.dynamicTest(page.getFileName() + ": " + command, () -> check(command)));
          }
        }
      }
    }
    assertThat(tests).as("commands found in the documentation").hasSizeGreaterThan(10);
    return tests.stream();
  }

  private static List<String> commands(String page) {
    List<String> commands = new ArrayList<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      String text = block.group(1).replace("\\\n", " ");
      text.lines()
          .map(line -> line.replaceFirst("\\s+#.*$", "").strip())
          .filter(line -> line.startsWith("./steepest "))
          .forEach(commands::add);
    }
    return commands;
  }

  private static void check(String command) {
    List<String> words = words(command.substring("./steepest ".length()));
    String verb = words.getFirst();
    if (TRAINING.contains(verb) && !words.contains("--dry-run")) {
      words.add("--dry-run");
    }
    if (verb.equals("run") && Files.exists(ROOT.resolve("experiments/" + words.get(1) + ".yaml"))) {
      words.set(1, ROOT.resolve("experiments/" + words.get(1) + ".yaml").toString());
    } else if (verb.equals("run")) {
      words.set(1, ROOT.resolve(words.get(1)).toString());
    }
    words.replaceAll(DocumentedCommandsTest::shipped);
    if (TRAINING.contains(verb) || HARMLESS.contains(verb)) {
      Steepest.Result result = Steepest.run(words.toArray(String[]::new));
      assertThat(result.code()).as(result.err()).isZero();
      return;
    }
    // picocli rejects unknown options before it prints help; behind -- is another program's
    words.add(words.contains("--") ? words.indexOf("--") : words.size(), "--help");
    Steepest.Result result = Steepest.run(words.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("Usage: steepest " + verb);
  }

  /** A configuration that comes with the program, wherever the test runs. */
  private static String shipped(String word) {
    Path file = ROOT.resolve("configs").resolve(word.replaceFirst("^configs/", ""));
    return word.endsWith(".yaml") && Files.exists(file) ? file.toString() : word;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(line);
    while (word.find()) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    return words;
  }
}
