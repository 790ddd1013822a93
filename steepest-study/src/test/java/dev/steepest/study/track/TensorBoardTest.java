package dev.steepest.study.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTest {
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00.250Z");

  @TempDir Path store;
  private final TensorBoard tracker = new TensorBoard(InstantSource.fixed(NOW));

  private Tracking begin(SmallRun run, int checkpoint) {
    return tracker.begins(TrackedRun.of(run.begin(checkpoint), NOW, Optional.empty()), _ -> {});
  }

  @Test
  void theChecksumsAreTheStandardOnes() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Checksum.CASTAGNOLI.of(digits)).isEqualTo(0xE3069283); // RFC 3720, check value
    assertThat(Checksum.IEEE.of(digits)).isEqualTo(0xCBF43926);
  }

  @Test
  void aRunIsReadAsItWasWritten() throws Exception {
    try (SmallRun run = new SmallRun(store);
        Tracking tracking = begin(run, 0)) {
      run.steps(1, 10, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      List<ProtoText> events = decode(run.path());
      assertThat(events.getFirst().text("file_version")).isEqualTo("brain.Event:2");
      assertThat(events.getFirst().number("wall_time")).isCloseTo(1793527200.25, within(1e-3));

      Map<String, Map<Long, Double>> scalars = Scalars.of(events);
      assertThat(scalars)
          .containsOnlyKeys(
              "Loss/train",
              "Loss/val",
              "Acc/train",
              "Acc/val",
              "Loss/step",
              "Loss/test",
              "Acc/test",
              "lr",
              "grad_norm",
              "epoch_seconds");
      assertThat(scalars.get("Loss/val")).containsOnlyKeys(1L, 2L); // epochs
      assertThat(scalars.get("Loss/val").get(2L)).isCloseTo(0.3, within(1e-7));
      assertThat(scalars.get("Acc/train").get(1L)).isCloseTo(0.8, within(1e-7));
      assertThat(scalars.get("grad_norm")).hasSize(10).containsEntry(7L, 7.0); // optimizer steps
      assertThat(scalars.get("Acc/test")).containsExactly(Map.entry(2L, 0.875));
    }
  }

  @Test
  void theHparamsPageFindsSettingsAndEnd() throws Exception {
    try (SmallRun run = new SmallRun(store);
        Tracking tracking = begin(run, 0)) {
      run.end(
          new Outcome(Outcome.Status.DIVERGED, "loss", SmallRun.FINISHED.at()),
          new TreeMap<>(),
          tracking);
      List<ProtoText> plugin =
          decode(run.path()).stream()
              .flatMap(event -> event.at("summary.value"))
              .filter(value -> value.has("metadata"))
              .toList();
      assertThat(plugin)
          .extracting(value -> value.text("tag"))
          .containsExactly("_hparams_/session_start_info", "_hparams_/session_end_info");
      assertThat(plugin)
          .allSatisfy(value -> {
            assertThat(value.text("metadata.plugin_data.plugin_name")).isEqualTo("hparams");
            assertThat(value.text("tensor.dtype")).isEqualTo("DT_FLOAT");
            assertThat(value.at("tensor.tensor_shape.dim")).hasSize(1);
          });
      Map<String, String> settings = new TreeMap<>();
      plugin
          .getFirst()
          .at("metadata.plugin_data.content.session_start_info.hparams")
          .forEach(entry ->
              settings.put(entry.text("key"), entry.get("value").all().getFirst().toString()));
      assertThat(settings)
          .containsOnlyKeys(
              "model.name",
              "model.bias",
              "optimizer.name",
              "optimizer.lr",
              "training.batch",
              "seed");
      assertThat(settings.get("optimizer.lr")).contains("number_value", "0.02");
      assertThat(settings.get("model.bias")).contains("bool_value", "true");
      assertThat(settings.get("model.name")).contains("string_value", "mlp");
      assertThat(plugin.getLast().text("metadata.plugin_data.content.session_end_info.status"))
          .isEqualTo("STATUS_FAILURE");
    }
  }

  @Test
  void aRunThatGoesOnIsOneThatWasNeverKilled() throws Exception {
    try (SmallRun run = new SmallRun(store)) {
      Tracking killed = begin(run, 0);
      run.steps(1, 13, killed); // never closed; the checkpoint is of step 10
      Tracking on = begin(run, 10);
      run.steps(11, 20, on);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, on);
      on.close();
      killed.close();
      Map<String, Map<Long, Double>> scalars = Scalars.of(decode(run.path()));
      assertThat(scalars.get("Loss/step")).hasSize(20);
      assertThat(scalars.get("Loss/train")).hasSize(4);
      assertThat(tracker.knows(run.record())).isTrue();
    }
  }

  @Test
  void aDivergedLossIsShownAsItIs() throws Exception {
    try (SmallRun run = new SmallRun(store);
        Tracking tracking = begin(run, 0)) {
      tracking.stepped(
          new Evaluation(
              0.2, 1, 64, 0, 0, Map.of(Metric.LOSS, Double.NaN, Metric.GRAD_NORM, 1e300)));
      Map<String, Map<Long, Double>> scalars = Scalars.of(decode(run.path()));
      assertThat(scalars.get("Loss/step").get(1L)).isNaN();
      assertThat(scalars.get("grad_norm").get(1L)).isInfinite();
    }
  }

  static List<ProtoText> decode(Path run) throws IOException, InterruptedException {
    return Protoc.decode("tensorboard.proto", "Events", Scalars.files(run));
  }
}
