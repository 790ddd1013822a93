package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.text.TextOptions;
import dev.steepest.lab.data.text.TokenSets;
import dev.steepest.lab.data.text.batch.EvaluationBatches;
import dev.steepest.lab.data.text.batch.TokenBatch;
import dev.steepest.lab.model.LanguageNetwork.Judgement;
import dev.steepest.lab.task.TrainedLanguageModel;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small language model from text to record to said text. */
class LanguageTest {
  private static final String EXPERIMENT =
      """
      name: tale
      model: {name: gpt, vocabulary: 257, context: 32, layers: 1, heads: 2, dim: 16}
      data: {name: text, folder: tales, tokenizer: bytes, validation: 0.2}
      optimizer:
        - {name: schedule_free_adamw, lr: 0.01}
        - {name: muon, lr: 0.02, lookahead: {k: 3}}
      training: {steps: 10, batch: 4, accumulation: 2, precision: fp32, log_every: 5}
      evaluation: {every_steps: 5, chunk: 128}
      seeds: 1
      verdict: {metric: test_loss}
      """;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("tale.yaml"), EXPERIMENT);
    Path tales = Files.createDirectories(folder.resolve("data/tales"));
    Files.writeString(tales.resolve("train.txt"), tales(10, 1));
    Files.writeString(tales.resolve("val.txt"), tales(2, 2));
  }

  private static String tales(int documents, long seed) {
    Random random = new Random(seed);
    List<String> words = List.of("once", "upon", "a", "time", "there", "was", "no", "king");
    return Stream.generate(() ->
            random
                .ints(40, 0, words.size())
                .mapToObj(words::get)
                .collect(Collectors.joining(" ", "", ".\n")))
        .limit(documents)
        .collect(Collectors.joining("<|endoftext|>\n"));
  }

  private Steepest.Result run(String... more) {
    return steepest(
        Stream.concat(
            Stream.of("run", file.toString(), "--out", folder.resolve("runs").toString()),
            Stream.of(more)));
  }

  private Steepest.Result steepest(Stream<String> arguments) {
    return Steepest.run(
        Stream.concat(arguments, Stream.of("--data-dir", folder.resolve("data").toString()))
            .toArray(String[]::new));
  }

  private List<RunRecord> records() {
    return RecordStore.contents(folder.resolve("runs/tale")).records();
  }

  @Test
  void aRecordHoldsLossesPerplexityAndWhatTheyCost() {
    Steepest.Result result = run("--threads=1");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(records()).hasSize(2);
    for (RunRecord record : records()) {
      assertThat(record.results())
          .containsOnlyKeys(
              Metric.TEST_LOSS,
              Metric.TEST_ACCURACY,
              Metric.TEST_PERPLEXITY,
              Metric.TOKENS_PER_SECOND,
              Metric.FLOPS_UTILISATION,
              Metric.PEAK_MEMORY_BYTES,
              Metric.DATA_WAIT_SHARE);
      assertThat(record.results().get(Metric.TEST_PERPLEXITY))
          .isEqualTo(Math.exp(record.results().get(Metric.TEST_LOSS)));
      assertThat(record.results().get(Metric.FLOPS_UTILISATION)).isBetween(0.0, 1.0);
      assertThat(record.results().get(Metric.PEAK_MEMORY_BYTES)).isGreaterThan(50e6);
      assertThat(record.evaluations()).extracting(Evaluation::step).containsExactly(0L, 5L, 10L);
      Evaluation first = record.evaluations().getFirst();
      assertThat(first.value(Metric.TRAIN_LOSS)).as("no step yet").isEmpty();
      assertThat(record.evaluations().getLast().value(Metric.VAL_LOSS).orElseThrow())
          .isLessThan(first.value(Metric.VAL_LOSS).orElseThrow());
      assertThat(record.checksums().keySet()).containsExactly("test", "train", "validation");
    }
  }

  /** What 'sample' speaks with is what the test was made with, whatever the optimizer averages. */
  @Test
  void theKeptModelIsTheOneThatWasTested() {
    assertThat(run("--threads=1").code()).isZero();
    TokenSets sets =
        TokenSets.load(
            new TextOptions("text", "tales", "bytes", "text", 0, 0, 0.2, 0.1, 0, 0),
            folder.resolve("data"));
    for (RunRecord record : records()) {
      try (PointerScope _ = new PointerScope();
          TrainedLanguageModel model =
              new TrainedLanguageModel(
                  record.spec(), RecordStore.checkpoint(record.folder()), new Device("cpu"))) {
        assertThat(model.position().step()).isEqualTo(10);
        // float32 sums over other chunks
        assertThat(loss(model, new EvaluationBatches(sets.test(), 3, 32, 0)))
            .as(record.spec().arm())
            .isCloseTo(record.results().get(Metric.TEST_LOSS), within(1e-5));
      }
    }
  }

  private static double loss(TrainedLanguageModel model, EvaluationBatches batches) {
    double losses = 0;
    for (long i = 0; i < batches.count(); i++) {
      TokenBatch batch = batches.batch(i);
      Judgement judged = model.network().evaluate(batch.inputs(), batch.targets());
      losses += judged.loss().item_double();
    }
    return losses / batches.predictions();
  }

  @Test
  void theModelGoesOnWithAText() {
    assertThat(run("--threads=1").code()).isZero();
    String study = folder.resolve("runs/tale").toString();
    Steepest.Result one = sample(study, "--prompt", "once upon", "--tokens", "50");
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(one.out()).startsWith("once upon");
    assertThat(one.out().strip().length()).isGreaterThan("once upon".length());
    assertThat(one.err()).contains("seed", "step 10", "test loss");
    assertThat(sample(study, "--prompt", "once upon", "--tokens", "50").out())
        .as("the same seed says the same")
        .isEqualTo(one.out());
    assertThat(sample(study, "--prompt", "once upon", "--tokens", "50", "--seed", "2").out())
        .isNotEqualTo(one.out());
    String likeliest = sample(study, "--prompt", "a", "--tokens", "9", "--temperature", "0").out();
    assertThat(sample(study, "--prompt", "a", "--tokens", "9", "--top-k", "1", "--seed", "7").out())
        .as("one choice is the likeliest")
        .isEqualTo(likeliest);
    assertThat(sample(study, "--samples", "3", "--tokens", "5").out().lines().count())
        .isGreaterThanOrEqualTo(3);
  }

  private Steepest.Result sample(String study, String... more) {
    return steepest(Stream.concat(Stream.of("sample", study), Stream.of(more)));
  }

  @Test
  void whatCannotBeSaidIsSaid() throws IOException {
    assertThat(run("--threads=1", "--drop-checkpoints").code()).isZero();
    String study = folder.resolve("runs/tale").toString();
    Steepest.Result none = sample(study);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("holds no run with a checkpoint");
    Steepest.Result one = sample(records().getFirst().folder().toString());
    assertThat(one.code()).isEqualTo(2);
    assertThat(one.err()).contains("has no checkpoint any more", "--drop-checkpoints");
    assertThat(sample(folder.resolve("nowhere").toString()).err()).contains("There is no folder");
    assertThat(sample(study, "--tokens", "0").err()).contains("--tokens 0 is out of range");
    assertThat(sample(study, "--temperature", "-1").code()).isEqualTo(2);
  }

  @Test
  void aTextThatDoesNotFitIsRefusedBeforeAnythingIsRun() {
    Steepest.Result tokens = run("--set", "model.vocabulary=200");
    assertThat(tokens.code()).isEqualTo(2);
    assertThat(tokens.err()).contains("vocabulary = 200", "257");
    Steepest.Result folderName = run("--set", "data.folder=tails");
    assertThat(folderName.code()).isEqualTo(2);
    assertThat(folderName.err()).contains("tails");
    Steepest.Result batch = run("--set", "training.batch=5000");
    assertThat(batch.code()).isEqualTo(2);
    assertThat(batch.err()).contains("training.batch");
    assertThat(folder.resolve("runs/tale")).doesNotExist();
  }
}
