package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is wrong with the input is said in one message, with the right exit code, and loses
 * nothing.
 */
class BadInputTest {
  private static final String GOOD =
      """
      name: tiny
      model: {name: mlp, hidden: 16}
      data: {name: shapes, validation: 100, limit: 200}
      optimizer: [sgd, adamw]
      training: {epochs: 1, batch: 50, precision: fp32}
      seeds: 1
      """;

  @TempDir Path folder;
  private Path file;
  private Path runs;

  @BeforeEach
  void prepare() {
    file = folder.resolve("tiny.yaml");
    runs = folder.resolve("runs");
  }

  private Steepest.Result run(String experiment, String... more) throws IOException {
    Files.writeString(file, experiment);
    List<String> arguments =
        new java.util.ArrayList<>(List.of("run", file.toString(), "--out", runs.toString()));
    arguments.addAll(List.of(more));
    return Steepest.run(arguments.toArray(String[]::new));
  }

  private void assertMistake(Steepest.Result result, String... fragments) {
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(fragments).doesNotContain("\tat ", "Exception");
    assertThat(runs).as("nothing is written for a mistake").doesNotExist();
  }

  @Test
  void everyMistakeInAFileIsNamedWithItsLine() throws IOException {
    String wrong =
        GOOD.replace("name: mlp", "name: mpl")
            .replace("[sgd, adamw]", "[sgd, {name: muon, momentun: 0.9}, adammw]")
            .replace("shapes", "shape")
            .replace("batch: 50", "batch: many")
            .replace("epochs: 1", "epoch: 1");
    assertMistake(
        run(wrong),
        file + ":2: there is no model 'mpl'; did you mean 'mlp'?",
        file + ":3: there is no data 'shape'; did you mean 'shapes'?",
        file + ":4: there is no optimizer key of 'muon' 'momentun'; did you mean 'momentum'?",
        file + ":4: there is no optimizer 'adammw'; did you mean 'adamw'?",
        file + ":5: there is no training key 'epoch'; did you mean 'epochs'?",
        file + ":5: training.batch = 'many' is not a whole number");
  }

  @Test
  void trackersThatDoNotExistAreAMistake() throws IOException {
    assertMistake(
        run(GOOD, "--track", "tensorbord,mlflow=ftp://host"),
        "--track tensorbord: there is no tracker 'tensorbord'; did you mean 'tensorboard'?",
        "--track mlflow=ftp://host: 'ftp://host' is not the address of a server");
  }

  @Test
  void anEmptyGridIsAMistake() throws IOException {
    assertMistake(
        run(GOOD.replace("[sgd, adamw]", "[]")),
        "'optimizer' lists no value, so the grid is empty");
    assertMistake(
        run(GOOD, "--set", "optimizer.sgd.lr=[]"), "'lr' lists no value, so the grid is empty");
  }

  @Test
  void hyperParametersOutOfRangeAreNamed() throws IOException {
    assertMistake(
        run(GOOD, "--set", "optimizer=[{name: sgd, momentum: 1.5}, {name: adamw, beta2: -1}]"),
        "optimizer.momentum = 1.5 is out of range",
        "optimizer.beta2 = -1.0 is out of range");
  }

  @Test
  void aMissingExperimentSuggestsTheKnownOnes() {
    Steepest.Result result = Steepest.run("run", folder.resolve("nowhere.yaml").toString());
    assertMistake(result, "There is no experiment file", "nowhere.yaml");
  }

  @Test
  void missingDataSayHowToGetThem() throws IOException {
    assertMistake(
        run(GOOD.replace("shapes", "cifar10"), "--data-dir", folder.resolve("none").toString()),
        "cifar10",
        "data_batch_1.bin",
        "test_batch.bin",
        "./steepest data fetch cifar10");
  }

  @Test
  void damagedDataAreNamedFileByFile() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/cifar-10-batches-bin"));
    for (int i = 1; i <= 5; i++) {
      Files.write(data.resolve("data_batch_" + i + ".bin"), new byte[100 * i]);
    }
    assertMistake(
        run(GOOD.replace("shapes", "cifar10"), "--data-dir", folder.resolve("data").toString()),
        "data_batch_1.bin",
        "data_batch_5.bin",
        "test_batch.bin");
    Steepest.Result verify =
        Steepest.run("data", "verify", "cifar10", "--data-dir", folder.resolve("data").toString());
    assertMistake(verify, "data_batch_3.bin");
    Steepest.Result list =
        Steepest.run("data", "list", "--data-dir", folder.resolve("data").toString());
    assertThat(list.out())
        .containsPattern("cifar10 +damaged")
        .containsPattern("mnist +not here")
        .containsPattern("shapes +built in");
  }

  @Test
  void aBatchBeyondTheDataIsRefusedBeforeTheFirstRun() throws IOException {
    assertMistake(
        run(GOOD, "--set", "training.batch=1000000"),
        "training.batch = 1000000",
        "200 training images",
        "allowed: 1 to 200");
  }

  @Test
  void whatDoesNotFitTogetherIsRefusedBeforeTheFirstRun() throws IOException {
    assertMistake(
        run(GOOD, "--set", "schedule.warmup_epochs=3"),
        "schedule.warmup_epochs = 3.0 leaves nothing");
    assertMistake(run(GOOD, "--set", "data.limit=1000000"), "data.limit = 1000000");
    assertMistake(run(GOOD, "--set", "training.precision=fp16"), "fp16");
    assertMistake(run(GOOD, "--set", "model={name: mini-vit, patch: 5}"), "patch");
    assertMistake(run(GOOD, "--device", "cuda:7"), "cuda:7", "available are [cpu");
    assertMistake(run(GOOD, "--threads", "4096"), "--threads 4096 is out of range");
  }

  @Test
  void anUnwritableFolderIsAFailureThatIsNamed() throws IOException {
    Path occupied = Files.writeString(folder.resolve("occupied"), "a file");
    Steepest.Result result = run(GOOD, "--out", occupied.toString());
    // The second --out is picocli's to refuse; so the first is left out here.
    assertThat(result.code()).isEqualTo(2);
    Files.writeString(file, GOOD);
    result = Steepest.run("run", file.toString(), "--out", occupied.toString());
    assertThat(result.code()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains("Cannot write", "occupied").doesNotContain("\tat ");
    assertThat(occupied).hasContent("a file");
  }

  /** A limit on the size of files stands for a full disk: both make a write fail half-way. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs ulimit")
  void aFullDiskIsAFailureThatIsNamedAndLosesNothing() throws Exception {
    Files.writeString(file, GOOD.replace("hidden: 16", "hidden: 256"));
    Path log = folder.resolve("log");
    Process process =
        Steepest.start(
            log,
            List.of("sh", "-c", "ulimit -f 1024; exec \"$@\"", "sh"),
            "run",
            file.toString(),
            "--out",
            runs.toString());
    assertThat(Steepest.await(process)).isEqualTo(1);
    assertThat(log).content().contains("Cannot write", "checkpoint").doesNotContain("\tat ");

    Steepest.Result again = Steepest.run("run", file.toString(), "--out", runs.toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("Report:");
  }

  @Test
  void reportsOnNothingSaySo() throws IOException {
    assertMistake(
        Steepest.run("report", folder.resolve("none").toString()), "There is no folder", "none");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertMistake(Steepest.run("compare", empty.toString()), "There is no run in", "run.json");
    Path half = Files.createDirectories(folder.resolve("half/run"));
    Files.writeString(half.resolve("run.json"), "{\"format\": 1, \"id\": \"ab");
    assertMistake(
        Steepest.run("report", folder.resolve("half").toString()),
        "There is no run in",
        "not valid JSON");
  }

  @Test
  void aHalfWrittenFolderIsReportedForWhatItHas() throws IOException {
    assertThat(run(GOOD).code()).isZero();
    Path study = runs.resolve("tiny");
    Path torn;
    try (var files = Files.list(study)) {
      torn =
          files.filter(f -> f.getFileName().toString().contains("adamw")).findFirst().orElseThrow();
    }
    String json = Files.readString(torn.resolve("run.json"));
    Files.writeString(torn.resolve("run.json"), json.substring(0, json.length() / 2));
    Steepest.Result result = Steepest.run("report", study.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out().replaceAll("\\s+", " ")).contains("is not valid JSON");
    assertThat(study.resolve("report/report.html")).exists();
  }

  @Test
  void unknownCommandsAndOptionsAreMistakes() {
    assertThat(Steepest.run("runn").code()).isEqualTo(2);
    assertThat(Steepest.run("run", "--sett", "a=b").code()).isEqualTo(2);
    assertThat(Steepest.run("data", "fetch", "cifar11").err()).contains("cifar11");
    assertThat(Steepest.run("data").code()).isEqualTo(2);
  }

  @Test
  void redirectedOutputHasNoControlCharacters() throws IOException {
    Steepest.Result result = run(GOOD);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out() + result.err()).doesNotContain("\u001b", "\r");
  }
}
