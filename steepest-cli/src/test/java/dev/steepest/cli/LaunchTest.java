package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes that train one network together. */
class LaunchTest {
  /** A small GPT on bytes. */
  private static final String EXPERIMENT =
      """
      name: tale
      model: {name: gpt, vocabulary: 384, context: 32, layers: 2, heads: 2, dim: 32}
      data: {name: text, folder: tales, tokenizer: bytes, validation: 0.2}
      optimizer: {name: muon, lr: 0.02, precision: float32}
      training: {steps: %d, batch: 6, precision: fp32, log_every: 1, clip_norm: 1}
      evaluation: {every_steps: 20, chunk: 128}
      seeds: 1
      verdict: {metric: test_loss}
      """;

  /** What is promised: a lost process ends the job within half a minute. */
  private static final long PROMISED = 30;

  /** Sums of float32 in another order, over the steps of a run. */
  private static final double ROUNDING = 5e-4;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    experiment(40);
    Path tales = Files.createDirectories(folder.resolve("data/tales"));
    Files.writeString(tales.resolve("train.txt"), tales(30, 1));
    Files.writeString(tales.resolve("val.txt"), tales(4, 2));
  }

  private void experiment(int steps) throws IOException {
    file = Files.writeString(folder.resolve("tale.yaml"), EXPERIMENT.formatted(steps));
  }

  private static String tales(int documents, long seed) {
    Random random = new Random(seed);
    List<String> words = List.of("once", "upon", "a", "time", "there", "was", "no", "king");
    return Stream.generate(() ->
            random
                .ints(60, 0, words.size())
                .mapToObj(words::get)
                .collect(Collectors.joining(" ", "", ".\n")))
        .limit(documents)
        .collect(Collectors.joining("<|endoftext|>\n"));
  }

  private Stream<String> run(String out, String... more) {
    return Stream.concat(
        Stream.of(
            "run",
            file.toString(),
            "--out",
            folder.resolve(out).toString(),
            "--data-dir",
            folder.resolve("data").toString()),
        Stream.of(more));
  }

  private Process launch(String out, int processes, String... more) throws IOException {
    return start(
        out,
        List.of(),
        Stream.concat(Stream.of("launch", "--nproc", "" + processes, "--"), run(out, more)));
  }

  private Process start(String out, List<String> shell, Stream<String> arguments)
      throws IOException {
    return Steepest.start(folder.resolve(out + ".log"), shell, arguments.toArray(String[]::new));
  }

  private String log(String out) {
    try {
      return Files.readString(folder.resolve(out + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunRecord record(String out) {
    List<RunRecord> records = RecordStore.contents(folder.resolve(out + "/tale")).records();
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  private static void assertSameCurve(RunRecord found, RunRecord expected, int from) {
    List<Evaluation> steps = RecordStore.steps(found.folder());
    List<Evaluation> others = RecordStore.steps(expected.folder());
    assertThat(steps).hasSameSizeAs(others);
    for (int i = from; i < steps.size(); i++) {
      assertThat(steps.get(i).value(Metric.LOSS).orElseThrow())
          .as("loss of step %d", i + 1)
          .isCloseTo(others.get(i).value(Metric.LOSS).orElseThrow(), within(ROUNDING));
    }
    assertThat(found.results().get(Metric.TEST_LOSS))
        .isCloseTo(expected.results().get(Metric.TEST_LOSS), within(ROUNDING));
  }

  @Test
  void twoProcessesTrainTheNetworkOfOne() throws Exception {
    assertThat(Steepest.run(run("one", "--threads=1").toArray(String[]::new)).code()).isZero();
    Process two = launch("two", 2);
    assertThat(Steepest.await(two)).as(log("two")).isZero();
    assertSameCurve(record("two"), record("one"), 0);
    assertThat(record("two").environment().facts())
        .containsEntry("world", "2")
        .containsEntry("backend", "gloo")
        .containsEntry("threads", "1");
    assertThat(record("one").environment().facts())
        .containsEntry("world", "1")
        .containsEntry("backend", "none");
    assertThat(log("two"))
        .as("only rank 0 talks")
        .containsOnlyOnce("Records: ")
        .doesNotContain("[Gloo]");
    assertThat(log("two").lines().filter(line -> line.startsWith("[rank 1]")))
        .allMatch(line -> line.contains("incubator modules"));
  }

  @Test
  void aKilledProcessEndsTheJobWhichOneProcessFinishes() throws Exception {
    experiment(400);
    Process job = launch("killed", 2, "--checkpoint-every", "0");
    await(() -> checkpoint("killed"));
    ProcessHandle victim =
        job.children().sorted(Comparator.comparingLong(ProcessHandle::pid)).toList().getLast();
    victim.destroyForcibly();
    assertThat(job.waitFor(PROMISED, TimeUnit.SECONDS)).as("the job ends").isTrue();
    assertThat(job.exitValue()).isEqualTo(1);
    assertThat(log("killed"))
        .contains("rank 1 (process " + victim.pid() + " on ")
        .contains("is gone without a word: it was killed or it crashed")
        .contains("rank 1 (process " + victim.pid() + ") was ended by signal 9");
    assertThat(job.descendants()).as("processes that are left").isEmpty();

    assertThat(Steepest.run(run("killed", "--threads=1").toArray(String[]::new)).code()).isZero();
    RunRecord finished = record("killed");
    assertThat(finished.finished()).isTrue();
    assertThat(Files.readString(finished.folder().resolve("log.txt"))).contains("resumed at step");
    assertThat(RecordStore.steps(finished.folder()))
        .extracting(Evaluation::step)
        .doesNotHaveDuplicates()
        .hasSize(400);
  }

  @Test
  void aStoppedJobGoesOnWithMoreProcesses() throws Exception {
    experiment(300);
    Process job = launch("stopped", 1, "--checkpoint-every", "0");
    await(() -> checkpoint("stopped"));
    job.destroy(); // SIGTERM
    assertThat(job.waitFor(PROMISED, TimeUnit.SECONDS)).as("the job ends").isTrue();
    assertThat(log("stopped")).contains("Stopped. The same command goes on from here");
    assertThat(record("stopped").finished()).isFalse();
    assertThat(Steepest.await(launch("stopped", 2))).as(log("stopped")).isZero();
    assertThat(record("stopped").finished()).isTrue();
    assertThat(record("stopped").environment().facts()).containsEntry("world", "2");
  }

  private boolean checkpoint(String out) {
    try (Stream<Path> files = Files.walk(folder.resolve(out))) {
      return files.anyMatch(path -> path.getFileName().toString().startsWith("checkpoint"));
    } catch (IOException | UncheckedIOException _) {
      return false; // not there yet, or moving
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time that is waited").isLessThan(end);
      Thread.sleep(20);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nproc 0 -- run x | --nproc 0 is out of range",
        "--nproc 9999 -- run x | --nproc 9999 is out of range",
        "--nproc 1 --port 80 -- run x | --port 80 is out of range; allowed: 1024 to 65535",
        "--nproc 1 -- list rules | list cannot be launched: its processes would not work together",
        "--nproc 1 -- bench gpt | bench gpt cannot be launched",
        "--nproc 1 -- bench | Allowed: run, train, bench distributed",
        "--nproc 1 | Missing required parameter: 'COMMAND'"
      },
      quoteCharacter = '"')
  void mistakesAreSaid(String arguments, String message) {
    Steepest.Result result = Steepest.run(("launch " + arguments).split(" "));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(message);
  }

  @Test
  void aPortInUseIsRefused() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = "" + taken.getLocalPort();
      Steepest.Result result = Steepest.run("launch", "--nproc=1", "--port=" + port, "run", "x");
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err()).contains("--port " + port + " cannot be used").contains("any free");
    }
  }

  @Test
  void aMistakeInTheLaunchedCommandIsSaidOnce() throws Exception {
    Process job =
        start("typo", List.of(), Stream.of("launch", "--nproc", "2", "run", "no-such-thing"));
    assertThat(Steepest.await(job)).isEqualTo(2);
    assertThat(log("typo")).containsOnlyOnce("There is no experiment file 'no-such-thing'");
  }

  @Test
  void aMistakeInTheExperimentIsSaidOnceByRankZero() throws Exception {
    experiment(20);
    Process job = launch("large", 2, "--set", "training.batch=5000");
    assertThat(Steepest.await(job)).isEqualTo(2);
    assertThat(log("large"))
        .containsOnlyOnce("one batch of 5000 × 32 needs 160001")
        .doesNotContain("The job ends here");
  }

  @Test
  void aFailureOfRankZeroAmidstTheWorkIsToldToTheOthers() throws Exception {
    experiment(20);
    Process first = launch("broken", 1);
    assertThat(Steepest.await(first)).as(log("broken")).isZero();
    Path run = record("broken").folder();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.createDirectories(run.resolve("log.txt")); // rank 0 alone writes it
    Process job = launch("broken", 2);
    assertThat(job.waitFor(PROMISED, TimeUnit.SECONDS)).as("the job ends").isTrue();
    assertThat(job.exitValue()).isEqualTo(1);
    assertThat(log("broken")).contains("rank 0 (process").contains("failed: ");
  }

  @Test
  void aPeerThatNeverComesIsNamed() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> world =
        List.of(
            "env",
            "RANK=0",
            "WORLD_SIZE=2",
            "LOCAL_RANK=0",
            "MASTER_ADDR=127.0.0.1",
            "MASTER_PORT=" + port,
            "STEEPEST_JOIN_SECONDS=1");
    assertThat(Steepest.await(start("lonely", world, run("lonely")))).isEqualTo(1);
    assertThat(log("lonely"))
        .contains("rank 1 of 2 has not come to 127.0.0.1:" + port + " within 1 s")
        .contains("STEEPEST_JOIN_SECONDS")
        .doesNotContain("\tat ");
  }

  @Test
  void aWorldThatDoesNotFitTogetherIsRefused() throws Exception {
    List<String> world = List.of("env", "RANK=2", "WORLD_SIZE=2", "LOCAL_RANK=0");
    assertThat(Steepest.await(start("wrong", world, run("wrong")))).isEqualTo(2);
    assertThat(log("wrong"))
        .contains("MASTER_ADDR, MASTER_PORT are missing")
        .contains("RANK is 2, but there are 2 processes; allowed is 0 to 1");
  }
}
