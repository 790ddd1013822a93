package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.search.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that are wrong in every place and in many ways: each is a sweep that can be begun, or is
 * refused with the line and the key; nothing else ever comes of it.
 */
class MutatedSweepFilesTest {
  private static final String FILE = "sweep.yaml";

  /** Lines that each hold one field, so that every field can be wrong in turn. */
  private static final List<String> SEEDS =
      List.of(
          SweepFileTest.WHOLE,
          """
          method: grid
          parameters:
            model:
              values: [resnet18, resnet50]
            lr:
              values:
                - 0.01
                - 0.001
            depth: {distribution: q_uniform, min: 2, max: 6, q: 2}
          """,
          """
          {"method": "bayes", "name": "json",
           "metric": {"name": "loss", "goal": "minimize"},
           "parameters": {
             "lr": {"distribution": "log_uniform", "min": -9.2, "max": -2.3},
             "drop": {"distribution": "beta", "a": 2, "b": 5},
             "batch": {"distribution": "q_log_uniform_values", "min": 16, "max": 256, "q": 16},
             "init": {"distribution": "q_normal", "mu": 1, "sigma": 2, "q": 0.1}},
           "early_terminate": {"type": "asha", "min_iter": 1, "eta": 3, "max_iter": 27},
           "run_cap": 100}
          """,
          """
          method: cmaes
          metric:
            name: val_accuracy
            goal: maximize
            target: 0.9
          parameters:
            x:
              min: 0.0
              max: 1.0
            y:
              distribution: inv_log_uniform_values
              min: 1e-3
              max: 10
          early_terminate:
            type: hyperband
            max_iter: 27
            s: 2
            eta: 3
            strict: true
          """);

  /** What may stand where a value should. */
  private static final List<String> WRONG =
      List.of(
          "",
          "~",
          "-1",
          "0",
          "1e999",
          "NaN",
          ".inf",
          "nonsense",
          "[]",
          "{}",
          "[1, 2]",
          "{a: 1}",
          "'",
          "\"",
          "true",
          "99999999999999999999",
          "1e-320",
          "*anchor",
          "&anchor 1",
          "!!tag x",
          "[[]]",
          "{min: 3}",
          "\t",
          "%",
          "@x",
          "- y",
          "a: b: c",
          "\u0000",
          "\ud83d",
          "[",
          "}",
          "null",
          "1;2",
          "0x10",
          "| text",
          "? x",
          "<<",
          "-9223372036854775808",
          "1e308");

  private static final Pattern VALUE = Pattern.compile("(:|-)[ ]+([^ \\n].*)$");

  static Stream<String> seeds() {
    return SEEDS.stream();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void unchangedItIsASweep(String seed) {
    assertThat(begins(SweepFile.read(seed, FILE, List.of()))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyFieldWrongInTurn(String seed) {
    Counts counts = new Counts();
    List<String> lines = seed.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher value = VALUE.matcher(lines.get(i));
      for (String wrong : WRONG) {
        if (value.find(0)) {
          counts.read(with(lines, i, lines.get(i).substring(0, value.start(2)) + wrong));
        }
        counts.read(with(lines, i, wrong));
      }
      counts.read(with(lines, i, ""));
      counts.read(String.join("\n", lines.subList(0, i)));
      counts.read(with(lines, i, lines.get(i) + "\n" + lines.get(i)));
      counts.read(with(lines, i, " " + lines.get(i)));
      counts.read(with(lines, i, lines.get(i).replaceFirst("[a-z]", "")));
    }
    assertThat(counts.refused).isGreaterThan(200);
  }

  /** Inside of lines: every number and word of a file in the flow style wrong in turn. */
  @ParameterizedTest
  @MethodSource("seeds")
  void everyWordWrongInTurn(String seed) {
    Counts counts = new Counts();
    Matcher word = Pattern.compile("[A-Za-z0-9_.-]+").matcher(seed);
    while (word.find()) {
      for (String wrong :
          List.of("", "-1", "0", "1e999", "x", "[]", "{}", "null", "\"", "1e-320")) {
        counts.read(seed.substring(0, word.start()) + wrong + seed.substring(word.end()));
      }
    }
    assertThat(counts.refused).isGreaterThan(100);
  }

  @Test
  void randomDamage() {
    Counts counts = new Counts();
    String alphabet = "{}[]:,-#&*!|>'\"%@`?~ \n\t01.e_xq\u0000\u2028é";
    for (long number = 0; number < 4000; number++) {
      Random random = new Random(number * 0x9e3779b97f4a7c15L); // neighbours begin alike
      StringBuilder text = new StringBuilder(SEEDS.get((int) (number % SEEDS.size())));
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
          case 2 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
          default -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
        }
      }
      counts.read(text.toString());
    }
    assertThat(counts.refused).isGreaterThan(1000);
    assertThat(counts.read).isGreaterThan(100);
  }

  @Test
  void settingsOnTopWrongInTurn() {
    Counts counts = new Counts();
    for (String key :
        List.of(
            "method",
            "seed",
            "run_cap",
            "metric",
            "metric.goal",
            "metric.x.y",
            "parameters",
            "parameters.lr",
            "parameters.lr.min",
            "parameters.a.b.c",
            "parameters.optimizer.parameters",
            "early_terminate",
            "early_terminate.type",
            "command",
            "name",
            "nonsense",
            "a.b",
            ".",
            "..a",
            "parameters.",
            "parameters..x",
            "parameters.lr.min.x")) {
      for (String wrong : WRONG) {
        counts.read(SweepFileTest.WHOLE, key + "=" + wrong);
      }
    }
    assertThat(counts.refused).isGreaterThan(300);
  }

  @Test
  void whatIsNoFileAtAll() {
    Counts counts = new Counts();
    for (String text :
        List.of(
            "",
            " ",
            "\n",
            "# only a remark",
            "[]",
            "- a\n- b",
            "text",
            "42",
            "---\n---\n",
            "\ufeff",
            "{".repeat(3000),
            "[".repeat(3000),
            "a: ".repeat(500),
            "method: random\n".repeat(50),
            "a: &a [*a]",
            "x: " + "y".repeat(100_000),
            "\u0000\u0001\u0002",
            "--- !!map {method: grid}")) {
      counts.read(text);
    }
    assertThat(counts.read).isZero();
  }

  private static String with(List<String> lines, int changed, String line) {
    List<String> copy = new ArrayList<>(lines);
    copy.set(changed, line);
    return String.join("\n", copy) + "\n";
  }

  /** Whether it proposes what it should: every hyper-parameter, a few times. */
  private static boolean begins(Sweep sweep) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Optional<SortedMap<String, Object>> next = sweep.searcher().propose(i, trials);
      if (next.isEmpty()) {
        return i > 0;
      }
      if (!Map.copyOf(next.get()).keySet().equals(Set.copyOf(sweep.parameters()))) {
        return false;
      }
      trials.add(Trial.begun(i, next.get()));
    }
    return true;
  }

  private static final class Counts {
    private int read;
    private int refused;

    void read(String text, String... set) {
      try {
        Sweep sweep = SweepFile.read(text, FILE, List.of(set));
        assertThat(begins(sweep)).as(text).isTrue();
        assertThat(SweepFile.read(sweep.text(), "other.yaml", List.of())).as(text).isEqualTo(sweep);
        read++;
      } catch (ProblemsException e) {
        refused++;
        assertThat(e.problems()).as(text).isNotEmpty().allSatisfy(Counts::assertPlaced);
      } catch (RuntimeException | StackOverflowError e) {
        fail("of " + List.of(set) + " on\n" + text, e);
      }
    }

    /** File and line, or the option, and then a key or what is wrong with the whole. */
    private static void assertPlaced(String problem) {
      assertThat(problem).matches("(?s)(sweep\\.yaml(:[0-9]+)?|--set .*?): .+");
      // Of what has no lines, or more than YAML's reader goes through, there is no line.
      if (!problem.matches("(?s)--set .*|sweep.yaml: (is empty|is not valid YAML: .*nesting).*")) {
        assertThat(problem).matches("(?s)sweep\\.yaml:[0-9]+: .+");
      }
    }
  }
}
