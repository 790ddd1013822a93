package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed, and processes that work side by side, end with the same records as one
 * that is left alone.
 */
class ResumeTest {
  /**
   * Dropout, augmentation, momentum and AdamW's moments: everything that a checkpoint must bring
   * back.
   */
  private static final String EXPERIMENT =
      """
      name: tiny
      model: {name: mlp, hidden: "64 64", dropout: 0.2}
      data: {name: shapes, validation: 200, limit: 2000}
      augmentation: {policy: trivial_augment_wide, crop: 4, flip: random, erase: 0.25}
      optimizer: [sgd, muon, dion]
      training: {epochs: 6, batch: 50, precision: bf16, clip_norm: 1, label_smoothing: 0.1, log_every: 1}
      seeds: 2
      """;

  private static final int RUNS = 6;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("tiny.yaml"), EXPERIMENT);
  }

  private Process start(String out, String... more) throws IOException {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of(
                "run", file.toString(), "--out", folder.resolve(out).toString(), "--threads", "1"));
    arguments.addAll(List.of(more));
    return Steepest.start(
        folder.resolve(out + ".log"), List.of(), arguments.toArray(String[]::new));
  }

  private List<RunRecord> records(String out) {
    RecordStore.Contents contents = RecordStore.contents(folder.resolve(out));
    assertThat(contents.unreadable()).isEmpty();
    return contents.records();
  }

  private String log(String out) throws IOException {
    return Files.readString(folder.resolve(out + ".log"));
  }

  private void assertEqualToTheBit(String left, String right) {
    Function<RunRecord, String> id = r -> r.spec().id() + r.spec().seed();
    var expected = records(left).stream().collect(Collectors.toMap(id, r -> r));
    List<RunRecord> actual = records(right);
    assertThat(actual).hasSize(RUNS);
    for (RunRecord record : actual) {
      RunRecord other = expected.get(id.apply(record));
      assertThat(record.finished()).isTrue();
      assertThat(record.measured()).isEqualTo(other.measured());
      assertSame(record.evaluations(), other.evaluations());
      assertSame(RecordStore.steps(record.folder()), RecordStore.steps(other.folder()));
    }
  }

  private static void assertSame(List<Evaluation> actual, List<Evaluation> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).sameMeasurement(expected.get(i)))
          .as("%s is %s", actual.get(i), expected.get(i))
          .isTrue();
    }
  }

  @Test
  void killedAtRandomInstantsTheRunsEndWithTheSameBits() throws Exception {
    assertThat(Steepest.await(start("whole"))).as(() -> quietly("whole")).isZero();

    long seed = Long.getLong("steepest.seed", System.nanoTime());
    Random random = new Random(seed);
    int kills = 0;
    for (int attempt = 0; attempt < 4; attempt++) {
      Process process = start("killed", "--checkpoint-every", "0");
      Thread.sleep(2500 + random.nextInt(2500)); // start-up alone takes about two seconds
      if (process.isAlive()) {
        process.destroyForcibly().waitFor(); // SIGKILL
        kills++;
      }
    }
    assertThat(Steepest.await(start("killed", "--checkpoint-every", "0")))
        .as(() -> quietly("killed"))
        .isZero();
    assertThat(kills)
        .as("kills that hit a living process; rerun with -Dsteepest.seed=" + seed)
        .isPositive();
    assertEqualToTheBit("whole", "killed");
  }

  @Test
  void twoProcessesShareAFolderWithoutDoingARunTwice() throws Exception {
    Process one = start("shared");
    Process two = start("shared");
    assertThat(Steepest.await(one)).as(() -> quietly("shared")).isZero();
    assertThat(Steepest.await(two)).as(() -> quietly("shared")).isZero();

    List<RunRecord> records = records("shared");
    assertThat(records).hasSize(RUNS).allMatch(RunRecord::finished);
    for (RunRecord record : records) {
      List<Evaluation> steps = RecordStore.steps(record.folder());
      assertThat(steps).extracting(Evaluation::step).doesNotHaveDuplicates().hasSize(6 * 40);
      assertThat(
              Files.readString(record.folder().resolve("log.txt"))
                  .lines()
                  .filter(l -> l.contains("epoch 1:")))
          .as("times that %s was trained", record.folder())
          .hasSize(1);
    }
    assertThat(log("shared")).contains("being made by another process");
  }

  private String quietly(String out) {
    try {
      return log(out);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
