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
    assertThat(differences.settings())
        .containsEntry("optimizer.name", Map.of("sgd", "sgd", "lion", "lion"))
        .containsEntry("optimizer.sam.rho", Map.of("sgd", Differences.NONE, "lion", "2"));
  }

  @Test
  void numbersThatDifferInTheLastDigitDiffer() {
    Differences differences =
        Differences.of(
            List.of(
                run("a", 1, Map.of("lr", 0.1)),
                run("b", 1, Map.of("lr", Math.nextUp(0.1))),
                run("b", 2, Map.of("lr", 0.1))));
    assertThat(differences.settings())
        .containsExactly(Map.entry("lr", Map.of("a", "0.1", "b", "0.10000000000000002 or 0.1")));
  }

  @Test
  void oneNumberIsWrittenInOneWayAndNamesAreNoSettings() {
    assertThat(
            Differences.of(
                    List.of(
                        run("a", 1, Map.of("lr", 1, "eps", 1e-12, "published_seed", 1)),
                        run("b", 1, Map.of("lr", 1.0, "eps", 1e-11, "published_seed", 2))))
                .settings())
        .containsExactly(Map.entry("eps", Map.of("a", "0.000000000001", "b", "0.00000000001")));
  }

  @Test
  void equalRunsAndNoRunsHaveNone() {
    assertThat(Differences.of(List.of(run("a", 1, Map.of("lr", 1)), run("b", 2, Map.of("lr", 1)))))
        .isEqualTo(Differences.of(List.of(run("a", 3, Map.of()), run("b", 3, Map.of()))));
    assertThat(Differences.of(List.of()).paths()).isEmpty();
  }
}
