package dev.steepest.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.weights.WeightFile;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose network begins from the weights of others. */
class PretrainedRunTest {
  private static final String FILE =
      """
      name: transfer
      title: Transfer
      model: {name: small-cnn, width: 4, stages: 2%s}
      data: {name: shapes, limit: 300, validation: 200}
      optimizer: {name: adamw, lr: 0.002}
      training: {epochs: 2, batch: 50, precision: fp32, save: %s}
      evaluation: {every_steps: 6}
      seeds: 1
      """;

  @TempDir Path folder;

  private static List<RunSpec> plan(String model, String save) {
    return plan(FILE, model, save);
  }

  private static List<RunSpec> plan(String file, String model, String save) {
    String text = file.formatted(model.isEmpty() ? "" : ", " + model, save);
    return Plan.of(ExperimentFile.read(text, "transfer.yaml", List.of(), new Catalog()));
  }

  private Laboratory laboratory(RunListener listener) {
    return new Laboratory(
        new Workplace(
            folder.resolve("data"), "cpu", 1, Duration.ofMinutes(1), Workplace.Checkpoints.DROP),
        listener);
  }

  private RunRecord make(String model, String save) {
    List<RunSpec> plan = plan(model, save);
    try (Laboratory laboratory = laboratory(new RunListener() {})) {
      assertThat(laboratory.problems(plan)).isEmpty();
      RecordStore store = new RecordStore(folder.resolve("runs"));
      return laboratory.run(plan, store).made().getFirst();
    }
  }

  private Path trained() {
    return RecordStore.weights(make("", "last").folder());
  }

  @Test
  void aRunBeginsWhereTheOtherEnded() throws IOException {
    RunRecord first = make("", "last");
    Path weights = RecordStore.weights(first.folder());
    RunRecord second = make("pretrained: " + weights, "none");
    double ended = first.evaluations().getLast().value(Metric.VAL_LOSS).orElseThrow();
    assertThat(second.evaluations().getFirst().value(Metric.VAL_LOSS)).hasValue(ended);
    assertThat(first.evaluations().getFirst().value(Metric.VAL_LOSS).orElseThrow())
        .isNotEqualTo(ended);
    assertThat(second.checksums())
        .containsEntry(RunRecord.INITIAL_WEIGHTS, WeightFile.sha256(weights));
    assertThat(first.checksums()).doesNotContainKey(RunRecord.INITIAL_WEIGHTS);
    assertThat(Files.readString(second.folder().resolve("log.txt")))
        .contains("begins from weights " + WeightFile.sha256(weights) + ": 14 tensors taken");
  }

  @Test
  void aNameStandsForAFileInTheDataFolder() throws IOException {
    Path weights = trained();
    Path named = folder.resolve("data/weights/small.safetensors");
    Files.createDirectories(named.getParent());
    Files.copy(weights, named);
    RunRecord record = make("pretrained: small, pretrained_head: new", "none");
    assertThat(record.checksums()).containsKey(RunRecord.INITIAL_WEIGHTS);
    assertThat(Files.readString(record.folder().resolve("log.txt")))
        .contains("new head: head.weight, head.bias");
  }

  @Test
  void whatCannotBeUsedIsSaidBeforeTheFirstRun() {
    try (Laboratory laboratory = laboratory(new RunListener() {})) {
      assertThat(laboratory.problems(plan("pretrained: absent", "none")))
          .singleElement()
          .asString()
          .contains("absent cannot be used: there is no such file")
          .contains("weights/timm-resnet18");
      assertThat(laboratory.problems(plan("pretrained: timm-resnet18", "none")))
          .singleElement()
          .asString()
          .contains("Fetch it: ./steepest data fetch weights/timm-resnet18");
      Path weights = trained();
      assertThat(
              laboratory.problems(
                  plan(FILE.replace("width: 4", "width: 8"), "pretrained: " + weights, "none")))
          .singleElement()
          .asString()
          .contains("stage1.conv.weight has shape [4, ");
    }
  }

  @Test
  void settingsThatAreOfNoEffectAreNotMentionedOrRefused() {
    assertThat(plan("pretrained: none", "none")).isEqualTo(plan("", "none"));
    assertThat(plan("pretrained: none, pretrained_head: new", "none")).isEqualTo(plan("", "none"));
    assertThat(plan("pretrained: x, pretrained_head: fitting", "none"))
        .isEqualTo(plan("pretrained: x", "none"))
        .isNotEqualTo(plan("pretrained: x, pretrained_head: new", "none"));
    assertThatThrownBy(() -> plan("pretrained_head: new", "none"))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining("model.pretrained_head = new is of no effect");
    assertThatThrownBy(() -> plan("pretrained: x, pretrained_head: old", "none"))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining("pretrained_head");
  }

  /** Stops at the first look after some steps. */
  private static final class Stopping implements RunListener {
    private final List<String> anew = new ArrayList<>();
    private Laboratory laboratory;

    @Override
    public void evaluated(EvaluationReport evaluation) {
      if (evaluation.at().step() == 6) {
        laboratory.requestStop();
      }
    }

    @Override
    public void begunAnew(RunSpec spec, String why) {
      anew.add(why);
    }
  }

  @Test
  void aStoppedRunDoesNotGoOnFromOtherWeights() throws IOException {
    Path weights = Files.copy(trained(), folder.resolve("w.safetensors"));
    List<RunSpec> plan = plan("pretrained: " + weights, "none");
    RecordStore store = new RecordStore(folder.resolve("others"));
    for (boolean replaced : new boolean[] {false, true}) {
      var listener = new Stopping();
      try (Laboratory laboratory = laboratory(listener)) {
        listener.laboratory = laboratory;
        laboratory.run(plan, store);
      }
      assertThat(listener.anew).hasSize(replaced ? 1 : 0);
      // What the file says is the same, but it is another file.
      try (PointerScope _ = new PointerScope()) {
        Safetensors.save(weights, Safetensors.load(weights), Map.of("note", "written anew"));
      }
    }
  }
}
