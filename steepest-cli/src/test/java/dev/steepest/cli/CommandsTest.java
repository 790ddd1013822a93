package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user sees of each command. */
class CommandsTest {
  private static final Path EXPERIMENTS = Path.of("..", "experiments");

  @TempDir Path folder;

  static Stream<Path> experimentFiles() throws IOException {
    try (Stream<Path> files = Files.list(EXPERIMENTS)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("experimentFiles")
  void everyExperimentFileHasAPlan(Path file) {
    Steepest.Result result = Steepest.run("run", file.toString(), "--dry-run");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).containsPattern("\\d+ runs: ").containsPattern("plan [0-9a-f]{12}");
  }

  @Test
  void thePublishedMatrixIsComplete() throws IOException {
    List<RunSpec> plan =
        plan(Files.readString(EXPERIMENTS.resolve("cifar10-optimizers.yaml")), List.of());
    assertThat(plan).hasSize(2 * 4 * 6);
    assertThat(plan).extracting(RunSpec::arm).contains("adamw", "muon", "scion", "dion");
    assertThat(plan)
        .allSatisfy(s -> assertThat(s.settings().number("training.epochs")).isEqualTo(80));
  }

  private static List<RunSpec> plan(String text, List<String> overrides) {
    Experiment experiment = ExperimentFile.read(text, "test", overrides, new Catalog());
    return Plan.of(experiment);
  }

  @Test
  void theRecipeOfTrainIsThatOfTheExperimentFile() throws IOException {
    RunSpec file =
        plan(
                Files.readString(EXPERIMENTS.resolve("cifar10-optimizers.yaml")),
                List.of("model=resnet18", "optimizer=adamw", "seeds=[42]"))
            .getFirst();
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model=resnet18",
                "data=cifar10",
                "optimizer=adamw",
                "training.epochs=80",
                "training.batch=1024",
                "seeds=[42]"));
    settings.addAll(TrainCommand.CIFAR_RECIPE);
    RunSpec train = plan("name: x\n", settings).getFirst();
    assertThat(train.settings()).isEqualTo(file.settings());
    assertThat(train.id()).isEqualTo(file.id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model resnet --opt adam --epochs 80 --amp --out_dir ./results/a --adam_lr 0.002 | resnet18 · cifar10 | adamw",
        "--model vit --opt muon --epochs 80 --amp --lr_muon 0.05 --ns_steps 3 --lr_adam_io 0.001 | mini-vit · cifar10 | muon",
        "--model vit --opt dion --rank 4 --power_iter 1 --weight_decay 5e-4 --weight_decay_io 5e-2 | mini-vit · cifar10 | dion",
        "--model resnet --opt scion --lr_spec 0.03 --lr_inf 0.03 --warmup_epochs 2 | resnet18 · cifar10 | scion",
      })
  void flagsOfThePublishedBenchmarkAreUnderstood(String flags, String problem, String arm) {
    List<String> arguments = new ArrayList<>(List.of("train", "--dry-run"));
    arguments.addAll(List.of(flags.strip().split(" +")));
    Steepest.Result result = Steepest.run(arguments.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("1 runs", "seed 42", problem.strip(), arm.strip());
  }

  @Test
  void aFlagOfAnotherOptimizerIsNamed() {
    Steepest.Result result =
        Steepest.run("train", "--dry-run", "--model", "vit", "--opt", "adam", "--lr_dion", "0.1");
    assertThat(result.code()).isZero();
    assertThat(result.err()).contains("Without meaning for adamw: --lr_dion");
  }

  @ParameterizedTest
  @CsvSource({
    "optimizers, muon",
    "wrappers, lookahead",
    "models, resnet18",
    "datasets, cifar10",
    "schedules, trapezoid",
    "settings, label_smoothing"
  })
  void listsNameWhatThereIs(String what, String name) {
    assertThat(Steepest.run("list", what).out()).contains(name);
    assertThat(Steepest.run("list", what, "--keys").out().length())
        .isGreaterThanOrEqualTo(Steepest.run("list", what).out().length());
  }

  @Test
  void everyHyperParameterIsListedWithItsRange() {
    assertThat(Steepest.run("list", "optimizers", "--keys").out())
        .contains("momentum", "[0, 1)", "rest:  AdamW on", "default 0.95");
    assertThat(Steepest.run("list", "wrappers", "--keys").out())
        .contains("sam", "rho", "[0, inf)", "default 0.05", "gradient_centralization");
  }

  @Test
  void aWrappedRunIsRecordedAndReplaysToTheBit() {
    Steepest.Result run =
        Steepest.run(
            "train",
            "--model",
            "small-cnn",
            "--data",
            "shapes",
            "--optimizer",
            "sgd",
            "--epochs",
            "1",
            "--batch",
            "50",
            "--set",
            "optimizer.sam.rho=0.1",
            "--set",
            "optimizer.ema={}",
            "--set",
            "data.limit=200",
            "--set",
            "data.validation=100",
            "--out",
            folder.toString());
    assertThat(run.code()).as(run.err()).isZero();
    RunRecord record =
        RecordStore.contents(folder.resolve("train-small-cnn-shapes-sgd")).records().getFirst();
    assertThat(record.groups())
        .contains("around all: sam(rho=0.1 adaptive=false)")
        .contains("around all: ema(decay=0.999 warm_up=none every=1)");
    assertThat(record.spec().settings().number("optimizer.sam.rho")).isEqualTo(0.1);
    assertThat(record.spec().settings().has("optimizer.lookahead")).isFalse();
    Steepest.Result replay =
        Steepest.run(
            "replay", record.folder().toString(), "--out", folder.resolve("again").toString());
    assertThat(replay.code()).as(replay.out() + replay.err()).isZero();
    assertThat(replay.out()).contains("equal to the record, to the bit");
  }

  @Test
  void theDoctorKnowsThisMachine() {
    Steepest.Result result = Steepest.run("doctor");
    assertThat(result.code()).as(result.out()).isZero();
    assertThat(result.out())
        .contains(
            "JDK", "libtorch", "CPU", "threads", "GPU", "allocator", "memory", "natives", "fonts");
  }

  @Test
  void helpHasExamplesAndCompletionIsAScript() {
    Steepest.Result help = Steepest.run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Examples:", "steepest run quickstart");
    assertThat(Steepest.run("run", "--help").out()).contains("Examples:");
    assertThat(Steepest.run("completion").out()).contains("complete -F", "steepest");
  }

  @Test
  void builtInDataAreVerified() {
    Steepest.Result result = Steepest.run("data", "verify", "shapes");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("5000 train, 2000 test images; sha256");
    assertThat(Steepest.run("data", "fetch", "shapes").out()).contains("nothing to fetch");
  }

  @Test
  void aRunIsSkippedWhenDoneAndReplaysToTheBit() {
    String[] train = {
      "train",
      "--model",
      "mlp",
      "--data",
      "shapes",
      "--optimizer",
      "adamw",
      "--epochs",
      "1",
      "--batch",
      "100",
      "--set",
      "data.limit=300",
      "--set",
      "data.validation=100",
      "--set",
      "augmentation.flip=random",
      "--out",
      folder.toString()
    };
    Steepest.Result first = Steepest.run(train);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("Report:", "report.html");
    Steepest.Result second = Steepest.run(train);
    assertThat(second.err()).contains("1 of 1 runs were finished before");

    Path study = folder.resolve("train-mlp-shapes-adamw");
    List<RunRecord> records = RecordStore.contents(study).records();
    assertThat(records).hasSize(1);
    RunRecord record = records.getFirst();
    assertThat(record.groups()).anySatisfy(g -> assertThat(g).contains("adam_w", "lr=0.001"));
    assertThat(record.environment().facts())
        .containsKeys("libtorch", "jdk", "cpu", "threads", "device", "kernels");
    assertThat(record.checksums()).containsOnlyKeys("train", "validation", "test");

    Steepest.Result replay =
        Steepest.run(
            "replay", record.folder().toString(), "--out", folder.resolve("again").toString());
    assertThat(replay.code()).as(replay.out() + replay.err()).isZero();
    assertThat(replay.out()).contains("equal to the record, to the bit");
  }

  @Test
  void divergenceIsAnOutcomeAndNotAFailure() {
    Steepest.Result result =
        Steepest.run(
            "train",
            "--model",
            "mlp",
            "--data",
            "shapes",
            "--optimizer",
            "sgd",
            "--lr",
            "1e9",
            "--epochs",
            "2",
            "--batch",
            "50",
            "--set",
            "data.limit=300",
            "--set",
            "data.validation=100",
            "--precision",
            "fp32",
            "--out",
            folder.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("diverged");
    assertThat(result.out()).contains("diverged");
    RunRecord record =
        RecordStore.contents(folder.resolve("train-mlp-shapes-sgd")).records().getFirst();
    assertThat(record.diverged()).isTrue();
    assertThat(record.results()).as("missing is never zero").isEmpty();
  }

  @Test
  void aChangedPlanIsNamed() {
    String[] train = {
      "train",
      "--name",
      "x",
      "--model",
      "mlp",
      "--data",
      "shapes",
      "--optimizer",
      "sgd",
      "--epochs",
      "1",
      "--batch",
      "100",
      "--set",
      "data.limit=300",
      "--set",
      "data.validation=100",
      "--out",
      folder.toString(),
      "--lr",
      "0.01"
    };
    assertThat(Steepest.run(train).code()).isZero();
    train[train.length - 1] = "0.02";
    assertThat(Steepest.run(train).err()).contains("The plan differs from the one");
    assertThat(
            Steepest.run("compare", folder.resolve("x").toString()).out().replaceAll("\\s+", " "))
        .contains("1 run(s) of earlier plans are left out", "the plan was changed 1 time(s)");
    assertThat(folder.resolve("x/report/report.html"))
        .content()
        .contains("the plan was changed 1 time(s)");
  }

  @Test
  void aDamagedCheckpointIsSetAsideAndTheRunBeginsAnew() throws IOException {
    String[] train = {
      "train",
      "--model",
      "mlp",
      "--data",
      "shapes",
      "--optimizer",
      "sgd",
      "--epochs",
      "1",
      "--batch",
      "100",
      "--set",
      "data.limit=300",
      "--set",
      "data.validation=100",
      "--out",
      folder.toString()
    };
    assertThat(Steepest.run(train).code()).isZero();
    Path study = folder.resolve("train-mlp-shapes-sgd");
    RunRecord whole = RecordStore.contents(study).records().getFirst();
    Files.delete(whole.folder().resolve("run.json"));
    Files.write(whole.folder().resolve("checkpoint.safetensors"), new byte[] {1, 2, 3});

    Steepest.Result again = Steepest.run(train);
    assertThat(again.code()).as(again.err()).isZero();
    RunRecord record = RecordStore.contents(study).records().getFirst();
    assertThat(record.measured()).isEqualTo(whole.measured());
    assertThat(record.folder().resolve("unusable-checkpoint.safetensors")).exists();
    assertThat(record.folder().resolve("log.txt")).content().contains("begins anew");
    assertThat(again.err()).contains("begins anew", "unusable-checkpoint.safetensors");
  }

  @Test
  void adamIsAdamAndOnlyTheBenchmarksWordForAdamW() {
    assertThat(Steepest.run("train", "--dry-run", "--model", "vit", "--optimizer", "adam").out())
        .containsPattern("cifar10 +adam\\n");
    assertThat(Steepest.run("train", "--dry-run", "--model", "vit", "--opt", "adam").out())
        .containsPattern("cifar10 +adamw\\n");
    assertThat(Steepest.run("train", "--dry-run", "--model", "vit").code()).isEqualTo(2);
  }
}
