package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** The console lines of language runs, in the published form. */
class SpeedrunLinesTest {
  private static RunSpec spec(Map<String, Object> data) {
    return new RunSpec("x", "gpt · text", "muon", 1, new Settings(Map.of("data", data)));
  }

  @Test
  void everyLookAndLoggedStepHasALineByTheTrainingClock() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = Console.plain(new PrintWriter(out, true), new PrintWriter(err, true));
    SpeedrunLines lines = new SpeedrunLines(console, new Progress(console, Path.of("runs")));
    RunSpec spec = spec(Map.of("validation_tokens", 0));
    lines.started(spec, 1, 2, 0, 2225);
    SequencedMap<String, Score> sets = new LinkedHashMap<>();
    sets.put("val", new Score(10.8258, .01, 1000));
    lines.evaluated(
        new EvaluationReport(new Position(0, 0, 0, 0, 0, 1), Double.NaN, Double.NaN, 0, sets));
    lines.stepped(new StepReport(new Position(0, 10, 10, 160, 1.2344, 1), 6.54321, 1, 2));
    assertThat(out.toString().lines())
        .containsExactly(
            "[1/2] gpt · text · muon seed 1",
            "step:0/2225 val_loss:10.8258 train_time:0ms step_avg:0.00ms",
            "step:10/2225 train_loss:6.5432 train_time:1234ms step_avg:123.44ms");
  }

  @Test
  void linesAreForRunsOnTextAlone() {
    assertThat(SpeedrunLines.suits(List.of(spec(Map.of("validation_tokens", 5))))).isTrue();
    assertThat(SpeedrunLines.suits(List.of(spec(Map.of("validation", 5))))).isFalse();
    assertThat(SpeedrunLines.suits(List.of())).isFalse();
  }
}
