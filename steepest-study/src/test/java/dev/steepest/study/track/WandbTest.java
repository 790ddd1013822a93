package dev.steepest.study.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class WandbTest {
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00.250Z");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path store;

  private static Wandb tracker(Map<String, String> environment) {
    return new Wandb(WandbPlace.of(environment), InstantSource.fixed(NOW), ZoneOffset.UTC);
  }

  private static Tracking begin(SmallRun run, int checkpoint) {
    return tracker(Map.of())
        .begins(TrackedRun.of(run.begin(checkpoint), NOW, Optional.empty()), _ -> {});
  }

  private static Path log(SmallRun run) {
    String id = SmallRun.SPEC.id();
    return run.path()
        .resolve("wandb")
        .resolve("offline-run-20261101_100000-" + id)
        .resolve("run-" + id + ".wandb");
  }

  static List<ProtoText> decode(Path log) throws Exception {
    return Protoc.decode("wandb.proto", "Records", Framing.wandb(Files.readAllBytes(log)));
  }

  /** History rows with their values, by key. */
  static List<Map<String, Double>> history(List<ProtoText> records) {
    return records.stream()
        .filter(record -> record.has("history"))
        .map(record -> {
          Map<String, Double> row = new TreeMap<>();
          record
              .at("history.item")
              .forEach(item -> row.put(item.text("key"), item.number("value_json")));
          return row;
        })
        .toList();
  }

  private static Map<String, String> items(ProtoText record, String path) {
    Map<String, String> items = new TreeMap<>();
    record.at(path).forEach(item -> items.put(item.text("key"), item.text("value_json")));
    return items;
  }

  @Test
  void aRunIsReadAsItWasWritten() throws Exception {
    try (SmallRun run = new SmallRun(store);
        Tracking tracking = begin(run, 0)) {
      run.steps(1, 10, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      List<ProtoText> records = decode(log(run));

      assertThat(records.stream().map(r -> r.number("num"))).isSorted().doesNotHaveDuplicates();
      assertThat(records.get(0).has("header")).isTrue();
      ProtoText about = records.get(1).get("run");
      assertThat(about.text("run_id")).isEqualTo(SmallRun.SPEC.id());
      assertThat(about.text("project")).isEqualTo("small study");
      assertThat(about.text("display_name")).isEqualTo("muon lr=0.02 · seed 7");
      assertThat(about.number("start_time.seconds")).isEqualTo(NOW.getEpochSecond());
      assertThat(about.has("sweep_id")).isFalse();
      assertThat(items(about, "config.update"))
          .containsEntry("optimizer", "{\"lr\":0.02,\"name\":\"muon\"}")
          .containsEntry("seed", "7");

      List<Map<String, Double>> rows = history(records);
      assertThat(rows).hasSize(12);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i)).containsEntry("_step", (double) i);
      }
      assertThat(rows.get(5))
          .containsEntry("epoch", 1.0)
          .containsEntry("train_loss", 0.4)
          .containsEntry("val_loss", 0.6)
          .containsEntry("train_acc", 0.8)
          .containsEntry("val_acc", 0.6);
      assertThat(rows.get(6)).containsEntry("step", 6.0).containsEntry("lr", 0.02);

      assertThat(records.stream().filter(r -> r.has("metric")))
          .extracting(r -> r.text("metric.name") + " over " + r.text("metric.step_metric"))
          .contains("val_acc over epoch", "lr over step")
          .doesNotHaveDuplicates();
      ProtoText summary = records.get(records.size() - 2);
      assertThat(items(summary, "summary.update"))
          .containsEntry("test_acc", "0.875")
          .containsEntry("val_acc", "0.8")
          .containsEntry("outcome", "\"finished\"");
      ProtoText exit = records.getLast();
      assertThat(exit.has("exit")).isTrue();
      assertThat(exit.has("exit.exit_code")).as("zero, which protoc does not print").isFalse();
      assertThat(exit.number("exit.runtime")).isEqualTo(29);
    }
  }

  @Test
  void theFilesBesideItAreWandbs() throws Exception {
    try (SmallRun run = new SmallRun(store);
        Tracking tracking = begin(run, 0)) {
      run.steps(1, 5, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      Path files = log(run).resolveSibling("files");
      JsonNode config =
          YAMLMapper.builder().build().readTree(Files.readString(files.resolve("config.yaml")));
      assertThat(config.at("/wandb_version").asInt()).isEqualTo(1);
      assertThat(config.at("/optimizer/value/lr").asDouble()).isEqualTo(0.02);
      JsonNode summary = JSON.readTree(Files.readString(files.resolve("wandb-summary.json")));
      assertThat(summary.at("/test_acc").asDouble()).isEqualTo(0.875);
      JsonNode metadata = JSON.readTree(Files.readString(files.resolve("wandb-metadata.json")));
      assertThat(metadata.at("/git/commit").asString()).isEqualTo("abc");
      List<String> listed =
          decode(log(run)).stream()
              .flatMap(record -> record.at("files.files"))
              .map(file -> file.text("path"))
              .toList();
      try (Stream<Path> there = Files.list(files)) {
        assertThat(there.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrderElementsOf(listed);
      }
    }
  }

  @Test
  void wandbsVariablesSayWhereARunBelongs() throws Exception {
    Map<String, String> environment =
        Map.of("WANDB_PROJECT", "mine", "WANDB_ENTITY", "team", "WANDB_SWEEP_ID", "6obsuqtj");
    try (SmallRun run = new SmallRun(store);
        Tracking _ =
            tracker(environment)
                .begins(TrackedRun.of(run.begin(0), NOW, Optional.of("lr sweep")), _ -> {})) {
      ProtoText about = decode(log(run)).get(1).get("run");
      assertThat(about.text("project")).isEqualTo("mine");
      assertThat(about.text("entity")).isEqualTo("team");
      assertThat(about.text("sweep_id")).isEqualTo("6obsuqtj");
      assertThat(about.text("run_group")).isEqualTo("lr sweep");
    }
  }

  @Test
  void aRunThatGoesOnIsOneRun() throws Exception {
    try (SmallRun run = new SmallRun(store)) {
      try (Tracking stopped = begin(run, 0)) {
        run.steps(1, 13, stopped);
        run.end(new Outcome(Outcome.Status.STOPPED, "asked", NOW), new TreeMap<>(), stopped);
      }
      assertThat(decode(log(run)).getLast().number("exit.exit_code")).isEqualTo(255);
      Path uploaded = Files.createFile(Path.of(log(run) + ".synced"));
      try (Tracking on = begin(run, 10)) {
        run.steps(11, 20, on);
        run.end(SmallRun.FINISHED, SmallRun.RESULTS, on);
      }
      assertThat(uploaded).as("is to be uploaded again").doesNotExist();
      List<ProtoText> records = decode(log(run));
      assertThat(records.stream().filter(r -> r.has("run") || r.has("exit"))).hasSize(2);
      assertThat(records.stream().map(r -> r.number("num"))).isSorted().doesNotHaveDuplicates();
      List<Map<String, Double>> rows = history(records);
      assertThat(rows).hasSize(24);
      assertThat(rows.stream().filter(row -> row.containsKey("loss")).map(row -> row.get("step")))
          .isSorted()
          .doesNotHaveDuplicates()
          .hasSize(20);
      assertThat(rows.getLast()).containsEntry("_step", 23.0);
    }
  }

  /** Records of every length around the ends of blocks, over several sessions. */
  @Test
  void recordsAreCutAtTheEndsOfBlocks() throws Exception {
    Path file = store.resolve("run-x.wandb");
    Random random = new Random(1);
    List<byte[]> written = new ArrayList<>();
    long records = 0;
    for (int session = 0; session < 40; session++) {
      try (WandbLog log = new WandbLog(file, records)) {
        for (int i = 0; i < 6; i++) {
          long left = 32_768 - log.extent().bytes() % 32_768;
          int near = (int) Math.max(0, left - 7 - 10 + random.nextInt(21) - 10);
          byte[] content = new byte[i == 5 && session % 10 == 0 ? 100_000 : near];
          random.nextBytes(content);
          log.add(2, new Message().bytes(1, content));
          written.add(content);
          records = log.extent().records();
        }
      }
    }
    List<byte[]> read = Framing.wandb(Files.readAllBytes(file));
    assertThat(read).hasSize(written.size());
    for (int i = 0; i < read.size(); i++) {
      byte[] content = written.get(i);
      byte[] tail = new byte[content.length];
      ByteBuffer.wrap(read.get(i)).position(read.get(i).length - content.length).get(tail);
      assertThat(tail).isEqualTo(content);
    }
  }

  @Test
  void aDivergedLossIsWrittenAsPythonWritesIt() throws Exception {
    try (SmallRun run = new SmallRun(store);
        Tracking tracking = begin(run, 0)) {
      tracking.evaluated(
          new Evaluation(
              1,
              5,
              320,
              1,
              1,
              Map.of(Metric.TRAIN_LOSS, Double.NaN, Metric.VAL_LOSS, Double.POSITIVE_INFINITY)));
      tracking.ends(new Outcome(Outcome.Status.DIVERGED, "NaN", NOW), new TreeMap<>());
      List<ProtoText> records = decode(log(run));
      ProtoText row = records.stream().filter(r -> r.has("history")).findFirst().orElseThrow();
      assertThat(items(row, "history.item"))
          .containsEntry("train_loss", "NaN")
          .containsEntry("val_loss", "Infinity");
      assertThat(records.getLast().number("exit.exit_code")).isEqualTo(1);
    }
  }

  @Test
  void namesOfProjectsAreOnesThatWandbTakes() {
    RunSpec spec =
        new RunSpec("a/b: c?" + "x".repeat(200), "p", "a", 1, new Settings(Map.of("k", 1)));
    assertThat(WandbPlace.of(Map.of()).project(spec)).startsWith("a-b- c-xxx").hasSize(128);
    assertThat(WandbPlace.tag("y".repeat(99))).hasSize(64);
  }
}
