package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Every recorded trajectory of a public reference implementation, parameters and state, by both
 * update paths.
 */
class GoldenTrajectoriesTest {

  private static final GoldenReport REPORT = new GoldenReport();

  @AfterAll
  static void report() throws IOException {
    REPORT.write();
  }

  @TestFactory
  Stream<DynamicTest> trajectories() {
    return GoldenData.cases("optimizer", null).stream()
        .flatMap(file ->
            Stream.of(Optimizer.Path.values())
                .map(path ->
                    dynamicTest(
                        GoldenData.name(file) + " " + path, () -> follow(file.getParent(), path))));
  }

  private static void follow(Path folder, Optimizer.Path path) {
    JsonNode recorded = GoldenData.json(folder.resolve("case.json"));
    String name = recorded.get("optimizer").asString();
    Family family = Translation.FAMILIES.get(name);
    if (family == null) {
      fail(
          "unmapped: no family of tests knows the recorded optimizer '%s'; add it to one of %s",
          name, Translation.FAMILIES.keySet());
    }
    try (PointerScope _ = new PointerScope();
        Trajectory run = new Trajectory(folder, recorded, family, path)) {
      family.start(run);
      for (int step = 0; step < run.steps(); step++) {
        family.before(run, step);
        run.backpropagate("grads", step);
        family.step(run, step);
        run.compareParameters(step);
        family.after(run, step);
      }
      family.end(run);
      REPORT.passed(GoldenData.name(folder.resolve("case.json")), path, run.optimizer());
    }
  }
}
