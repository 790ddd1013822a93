package dev.steepest.optim.contract;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Rules;
import dev.steepest.optim.Wrappers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts, for every rule and wrapper, the contract tests that it has passed and failed: {@code
 * target/conformance.csv}, from which {@code docs/data/optimizer-conformance.csv} is taken.
 */
public final class ConformanceReport implements TestExecutionListener {

  private static final Path FILE = Path.of("target", "conformance.csv");
  private static final Pattern CONTRACT =
      Pattern.compile("\\[class:dev\\.steepest\\.optim\\.contract\\.(\\w+)]");

  /** Passed and failed. */
  private static final class Count {
    private int passed;
    private int failed;
  }

  private final Map<String, Count> counts = new TreeMap<>();

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Matcher contract = CONTRACT.matcher(test.getUniqueId());
    if (!test.isTest() || !contract.find()) {
      return;
    }
    // "[3] rule = class dev.steepest.optim.rule.Adam", "Adam.beta1", "Sam around Adam"
    Matcher first = Names.WORD.matcher(test.getDisplayName().replaceFirst("^\\[\\d+].*\\.", ""));
    if (!first.find() || !Names.KNOWN.containsKey(first.group())) {
      return;
    }
    String line = Names.KNOWN.get(first.group()) + "," + contract.group(1);
    Count count = counts.computeIfAbsent(line, _ -> new Count());
    if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
      count.passed++;
    } else {
      count.failed++;
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (counts.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>(List.of("rule,contract,passed,failed"));
    counts.forEach((line, count) -> lines.add(line + "," + count.passed + "," + count.failed));
    try {
      Files.createDirectories(FILE.toAbsolutePath().getParent());
      Files.write(FILE, lines);
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot write " + FILE, failed);
    }
  }

  /** Read once a test has run: looking for rules needs no tensor, but takes its time. */
  private static final class Names {
    static final Pattern WORD = Pattern.compile("\\w+");
    static final Map<String, String> KNOWN =
        Stream.concat(Rules.all().stream(), Wrappers.all().stream())
            .collect(Collectors.toMap(Class::getSimpleName, Knobs::name));
  }
}
