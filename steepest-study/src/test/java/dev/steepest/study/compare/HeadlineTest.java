package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeadlineTest {
  private final List<RunRecord> records = new ArrayList<>();

  /** Three arms on a problem, with so many seeds each; the third is far better. */
  private void problem(String problem, int seeds) {
    for (int seed = 0; seed < seeds; seed++) {
      double luck = .001 * (seed % 3);
      records.add(Runs.of(problem, "sgd", seed).accuracy(.8 + luck).record());
      records.add(Runs.of(problem, "adam", seed).accuracy(.8 + luck - .0005 * seed).record());
      records.add(Runs.of(problem, "muon", seed).accuracy(.9 + luck + .0001 * seed).record());
    }
  }

  private String headline() {
    return Comparison.of(records, Runs.accuracyRule(Optional.of("sgd"))).headline();
  }

  @Test
  void whatIsSaidOfManyProblemsIsSaidOnce() {
    for (String mode : List.of("sds", "vsd", "nfsd", "bridge")) {
      problem("pixels · " + mode, 3);
    }
    assertThat(headline())
        .isEqualTo(
            "In test accuracy, on each of 4 problems, no difference between any arms could have been shown with n = 3.");
  }

  @Test
  void problemsOfWhichAnotherThingIsSaidStandByThemselves() {
    problem("pixels · sds", 3);
    problem("pixels · vsd", 8);
    problem("pixels · nfsd", 3);
    assertThat(headline())
        .isEqualTo(
            "In test accuracy, on pixels · sds and pixels · nfsd, no difference between any arms could have been shown with n = 3; on pixels · vsd, sgd beats adam (by 0.17 points), and muon beats sgd (by 10.03 points).");
  }
}
