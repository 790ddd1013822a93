package dev.steepest.lab.data.text.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.ShardSet;
import dev.steepest.lab.data.text.token.TokenCorpus;
import dev.steepest.lab.data.text.token.TokenFile;
import dev.steepest.lab.data.text.tokenizer.ByteTokenizer;
import dev.steepest.lab.data.text.tokenizer.Gpt2Tokenizer;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparationTest {

  @TempDir Path folder;

  private final List<String> documents = new ArrayList<>();
  private List<Path> inputs;

  /** Three files of documents of very different lengths, of two formats. */
  @BeforeEach
  void write() throws IOException {
    Random random = new Random(6);
    for (int i = 0; i < 40; i++) {
      documents.add("d%d ".formatted(i) + "x".repeat(random.nextInt(i % 7 == 0 ? 900 : 30)));
    }
    Path first = folder.resolve("a.txt");
    Files.writeString(first, String.join("\n<|endoftext|>\n", documents.subList(0, 25)));
    Path second = folder.resolve("b.jsonl");
    Files.write(
        second, documents.subList(25, 39).stream().map(d -> "{\"text\": \"" + d + "\"}").toList());
    Path third = folder.resolve("c.txt");
    Files.writeString(third, documents.get(39));
    inputs = List.of(first, second, third);
  }

  private PreparationPlan plan(Path out, int shardTokens, int validationTokens) {
    return new PreparationPlan(
        inputs, List.of(), "text", new ByteTokenizer(), out, "x", shardTokens, validationTokens);
  }

  /** All tokens, by the definition: the end of text, then the document. */
  private int[] expected(Tokenizer tokenizer) {
    return documents.stream()
        .flatMapToInt(document ->
            IntStream.concat(
                IntStream.of(tokenizer.endOfText()), IntStream.of(tokenizer.encode(document))))
        .toArray();
  }

  private static Map<String, byte[]> shards(Path out) throws IOException {
    Map<String, byte[]> shards = new TreeMap<>();
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".bin")).toList()) {
        shards.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return shards;
  }

  private static TokenCorpus corpus(List<Path> files) {
    return TokenCorpus.of(TokenFile.open(files, TokenFile.Layout.SHARD));
  }

  @Test
  void theShardsHoldAllTokensInOrderAndAreFull() {
    Path out = folder.resolve("out");
    Prepared prepared = Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT);
    int[] expected = expected(new ByteTokenizer());
    ShardSet set = ShardSet.in(out);
    List<Path> all = Stream.concat(set.validation().stream(), set.train().stream()).toList();
    assertThat(corpus(all).sha256()).isEqualTo(TokenCorpus.of(257, expected).sha256());
    assertThat(corpus(set.validation()).length()).isEqualTo(100);
    for (Path shard : set.train().subList(0, set.train().size() - 1)) {
      assertThat(corpus(List.of(shard)).length()).isEqualTo(300);
    }
    assertThat(set.train().getFirst().getFileName()).hasToString("x_train_000001.bin");
    assertThat(prepared)
        .isEqualTo(
            new Prepared(
                out, 40, 1, 100, (expected.length - 100 + 299) / 300, expected.length - 100, 0));
  }

  @Test
  void validationMayHaveTextOfItsOwn() {
    Path out = folder.resolve("out");
    PreparationPlan plan =
        new PreparationPlan(
            inputs.subList(0, 2),
            List.of(inputs.get(2)),
            "text",
            new Gpt2Tokenizer(),
            out,
            "y",
            1_000_000,
            7);
    Prepared prepared = Preparation.run(plan, PreparationProgress.SILENT);
    assertThat(prepared.trainShards()).isEqualTo(1);
    assertThat(corpus(List.of(out.resolve("y_val_000000.bin"))).token(0)).isEqualTo(50_256);
    assertThat(prepared.validationTokens())
        .isEqualTo(1 + new Gpt2Tokenizer().encode(documents.get(39)).length);
    assertThat(prepared.validationTokens() + prepared.trainTokens())
        .isEqualTo(expected(new Gpt2Tokenizer()).length);
  }

  /** An end of the process at any moment, as far as the files can tell. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10, 25, 41, 44})
  void whatWasInterruptedGoesOnToTheSameBytes(int updates) throws IOException {
    Path whole = folder.resolve("whole");
    Preparation.run(plan(whole, 97, 50), PreparationProgress.SILENT);
    Path out = folder.resolve("out");
    PreparationProgress dying =
        new PreparationProgress() {
          private int left = updates;

          @Override
          public void update(long bytes, long total, long tokens) {
            if (--left == 0) {
              throw new Killed();
            }
          }
        };
    assertThatThrownBy(() -> Preparation.run(plan(out, 97, 50), dying)).isInstanceOf(Killed.class);
    int finished = shards(out).size();
    List<Path> written = new ArrayList<>();
    Prepared prepared =
        Preparation.run(
            plan(out, 97, 50),
            new PreparationProgress() {
              @Override
              public void finished(Path shard, int tokens) {
                written.add(shard);
              }
            });
    assertThat(prepared.kept()).isEqualTo(finished);
    assertThat(written).hasSize(shards(whole).size() - finished);
    assertSameShards(out, whole);
  }

  private static void assertSameShards(Path out, Path expected) throws IOException {
    assertThat(shards(out).keySet()).isEqualTo(shards(expected).keySet());
    shards(expected)
        .forEach((file, bytes) -> assertThat(out.resolve(file)).hasBinaryContent(bytes));
    assertThat(Files.readString(out.resolve("x.json")))
        .isEqualTo(Files.readString(expected.resolve("x.json")));
  }

  @Test
  void aShardThatIsDamagedIsWrittenAgainWithThoseAfterIt() throws IOException {
    Path whole = folder.resolve("whole");
    Path out = folder.resolve("out");
    Preparation.run(plan(whole, 300, 100), PreparationProgress.SILENT);
    Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT);
    Files.write(out.resolve("x_train_000002.bin"), new byte[5]);
    assertThat(Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT).kept())
        .isEqualTo(2);
    assertSameShards(out, whole);
  }

  @Test
  void whatIsCompleteIsLeftAlone() {
    Path out = folder.resolve("out");
    Prepared first = Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT);
    Prepared second =
        Preparation.run(
            plan(out, 300, 100),
            new PreparationProgress() {
              @Override
              public void update(long bytes, long total, long tokens) {
                throw new UncheckedIOException(new IOException("nothing is to be read"));
              }
            });
    assertThat(second.kept()).isEqualTo(first.trainShards() + 1);
    assertThat(second.trainTokens()).isEqualTo(first.trainTokens());
  }

  @Test
  void anotherPreparationIsNotWrittenOver() throws IOException {
    Path out = folder.resolve("out");
    Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT);
    assertThatThrownBy(() -> Preparation.run(plan(out, 301, 90), PreparationProgress.SILENT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tokens per shard: there 300, asked for 301")
        .hasMessageContaining("validation tokens: there 100, asked for 90")
        .hasMessageContaining("--out");
    Files.writeString(inputs.get(2), "another text");
    assertThatThrownBy(() -> Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT))
        .hasMessageContaining("inputs: there ");
    Files.delete(out.resolve("x.json"));
    assertThatThrownBy(() -> Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT))
        .hasMessageContaining("x_train_000001.bin: is there already");
    Files.writeString(out.resolve("x.json"), "{}");
    assertThatThrownBy(() -> Preparation.run(plan(out, 300, 100), PreparationProgress.SILENT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("x.json");
  }

  @Test
  void aTextThatValidationTakesWholeIsRefusedAndLeavesNothing() throws IOException {
    Path out = folder.resolve("out");
    int tokens = expected(new ByteTokenizer()).length;
    assertThatThrownBy(() -> Preparation.run(plan(out, 300, 100_000), PreparationProgress.SILENT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "the text has %d tokens, which the validation shard of 100000 takes all"
                .formatted(tokens))
        .hasMessageContaining("--val-tokens " + tokens / 10);
    assertThat(shards(out)).isEmpty();
    assertThat(Preparation.run(plan(out, 300, tokens / 10), PreparationProgress.SILENT).kept())
        .isZero();
  }

  @Test
  void aTextWithoutDocumentsIsRefused() throws IOException {
    Path blank = Files.writeString(folder.resolve("blank.txt"), " \n<|endoftext|>\n");
    inputs = List.of(blank);
    assertThatThrownBy(
            () -> Preparation.run(plan(folder.resolve("out"), 9, 9), PreparationProgress.SILENT))
        .hasMessageContaining("blank.txt: holds no document");
  }

  @Test
  void progressGrowsToTheWhole() throws IOException {
    long[] latest = new long[3];
    Preparation.run(
        plan(folder.resolve("out"), 300, 100),
        new PreparationProgress() {
          @Override
          public void update(long bytes, long total, long tokens) {
            assertThat(bytes).isBetween(latest[0], total);
            assertThat(tokens).isGreaterThan(latest[2]);
            latest[0] = bytes;
            latest[1] = total;
            latest[2] = tokens;
          }
        });
    assertThat(latest[1])
        .isEqualTo(
            Files.size(inputs.get(0)) + Files.size(inputs.get(1)) + Files.size(inputs.get(2)));
    assertThat(latest[0]).isEqualTo(latest[1]);
    assertThat(latest[2]).isEqualTo(expected(new ByteTokenizer()).length);
  }
}
