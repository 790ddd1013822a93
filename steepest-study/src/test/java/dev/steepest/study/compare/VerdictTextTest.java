package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTextTest {
  @Test
  void isPlainAlignedAndNarrow() {
    List<RunRecord> runs = new ArrayList<>(Runs.arm("adamw", .93, .931, .932, .929, .93, .931));
    String longName =
        "muon lr=0.02 momentum=0.95 nesterov=true ns_steps=5 weight_decay=0.0005 cosine";
    runs.addAll(Runs.arm(longName, .94, .942, .941, .939, .942, .94));
    runs.add(Runs.of(Runs.PROBLEM, longName, 6).ended(Status.DIVERGED).record());
    String text =
        VerdictText.of(Comparison.of(runs, Runs.accuracyRule(Optional.of("adamw"), .5, .6)));
    assertThat(text)
        .doesNotContain("\u001b", "\r", "\t")
        .startsWith("muon lr=0.02")
        .endsWith(".\n");
    assertThat(text.lines())
        .allSatisfy(
            line -> assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(100));
    assertThat(text)
        .contains("2 alarms\n", "diverged on 1 of\n    7 seeds (seed 6)")
        .contains("median time to", "20.0 s (7/7)", "– (0/6)");
  }

  @Test
  void everyMissingValueIsADash() {
    String text =
        VerdictText.of(
            Comparison.of(
                List.of(
                    Runs.of(Runs.PROBLEM, "adamw", 0).accuracy(.93).record(),
                    Runs.of(Runs.PROBLEM, "dion", 0).ended(Status.DIVERGED).record()),
                Runs.accuracyRule(Optional.of("adamw"))));
    assertThat(text.lines().filter(line -> line.startsWith("  dion ")).findFirst().orElseThrow())
        .matches("  dion +1 +0 +1 +– +– +– +– +–");
  }

  @Test
  void nothingToCompareIsOneLine() {
    assertThat(VerdictText.of(Comparison.of(List.of(), Runs.accuracyRule(Optional.empty()))))
        .isEqualTo("There are no runs to compare.\n");
  }
}
