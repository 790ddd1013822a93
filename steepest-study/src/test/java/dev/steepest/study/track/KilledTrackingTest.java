package dev.steepest.study.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.record.RecordStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Processes are killed at random instants; the files are those of a run that never was. */
class KilledTrackingTest {
  private static final int STEPS = 600;
  private static final int KILLS = 5;

  @TempDir Path store;

  @Test
  void filesAreCompleteAtAnyInstantAndTellNothingTwice(TestReporter reporter) throws Exception {
    long seed = System.nanoTime();
    reporter.publishEntry("seed", Long.toString(seed));
    Random random = new Random(seed);
    Path run = new RecordStore(store).folderOf(SmallRun.SPEC);
    int kills = 0;
    while (kills < KILLS) {
      Process process = start();
      if (!runsBeyond(rows(run) + 20 + random.nextInt(120), process, run)) {
        break;
      }
      process.destroyForcibly().waitFor();
      kills++;
      Scalars.files(run); // every record is whole
      for (Path log : logs(run)) {
        Framing.wandb(Files.readAllBytes(log));
      }
    }
    reporter.publishEntry("kills", Integer.toString(kills));
    assertThat(kills).isPositive();
    assertThat(start().waitFor()).isZero();

    Map<String, Map<Long, Double>> scalars = Scalars.of(TensorBoardTest.decode(run));
    assertThat(scalars.get("Loss/step")).hasSize(STEPS);
    assertThat(scalars.get("Loss/val")).hasSize(STEPS / SmallRun.STEPS_PER_EPOCH);
    scalars
        .get("Loss/step")
        .forEach((step, loss) -> assertThat(loss.floatValue()).isEqualTo((float) (1.0 / step)));
    assertThat(logs(run)).hasSize(1);
    List<Map<String, Double>> rows = WandbTest.history(WandbTest.decode(logs(run).getFirst()));
    assertThat(rows).hasSize(STEPS + STEPS / SmallRun.STEPS_PER_EPOCH);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).containsEntry("_step", (double) i);
    }
    assertThat(rows.stream().filter(row -> row.containsKey("loss")).map(row -> row.get("step")))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  /** Waits until that many rows are told; false where the process ends before. */
  private static boolean runsBeyond(long rows, Process process, Path run) throws Exception {
    while (process.isAlive()) {
      if (rows(run) > rows) {
        return true;
      }
      Thread.sleep(1);
    }
    assertThat(process.exitValue()).isZero();
    return false;
  }

  private static long rows(Path run) throws IOException {
    Path told = run.resolve("wandb.told");
    return Files.exists(told) ? Files.readAllLines(told).size() : 0;
  }

  private static List<Path> logs(Path run) throws IOException {
    try (Stream<Path> all = Files.walk(run.resolve("wandb"))) {
      return all.filter(file -> file.toString().endsWith(".wandb")).toList();
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            TrackedProcess.class.getName(),
            store.toString(),
            Integer.toString(STEPS),
            "50")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
