package dev.steepest.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  private static RunSpec run(String arm, long seed, Map<String, Object> settings) {
    return new RunSpec("e", "p", arm, seed, new Settings(settings));
  }

  private static Map<String, Object> optimizer(Map<String, Object> settings) {
    return Map.of("optimizer", settings, "training", Map.of("batch", 64));
  }

  @Test
  void onlyWhatDiffersIsListed() {
    Differences differences =
        Differences.of(
            List.of(
                run("sgd", 1, optimizer(Map.of("name", "sgd", "lr", 0.1, "nesterov", true))),
                run(
                    "lion",
                    1,
                    optimizer(Map.of("name", "lion", "lr", 0.1, "sam", Map.of("rho", 2)))),
                run("sgd", 2, optimizer(Map.of("name", "sgd", "lr", 0.1, "nesterov", true)))));
    assertThat(differences.arms()).containsExactly("sgd", "lion");
    assertThat(differences.paths())
        .containsExactly("optimizer.name", "optimizer.nesterov", "optimizer.sam.rho");
    assertThat(differences.settings().get("optimizer.sam.rho"))
        .isEqualTo(Map.of("sgd", List.of(), "lion", List.of(2L)));
    assertThat(differences.text("optimizer.name", "lion")).isEqualTo("lion");
    assertThat(differences.text("optimizer.sam.rho", "sgd")).isEqualTo(Differences.NONE);
  }

  @Test
  void numbersThatDifferInTheLastDigitDiffer() {
    Differences differences =
        Differences.of(
            List.of(
                run("a", 1, Map.of("lr", 0.1)),
                run("b", 1, Map.of("lr", Math.nextUp(0.1))),
                run("b", 2, Map.of("lr", 0.1))));
    assertThat(differences.text("lr", "a")).isEqualTo("0.1");
    assertThat(differences.text("lr", "b")).isEqualTo("0.10000000000000002 or 0.1");
  }

  @Test
  void equalRunsAndNoRunsHaveNone() {
    assertThat(Differences.of(List.of(run("a", 1, Map.of("lr", 1)), run("b", 2, Map.of("lr", 1)))))
        .isEqualTo(Differences.of(List.of(run("a", 3, Map.of()), run("b", 3, Map.of()))));
    assertThat(Differences.of(List.of()).paths()).isEmpty();
  }
}
