package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text into shards, and text among the data sets, as a user meets them. */
class PrepareCommandTest {

  @TempDir Path folder;

  private Path text;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(folder.resolve("a.txt"), "Hello world\n<|endoftext|>\n".repeat(100));
  }

  private Steepest.Result prepare(String... more) {
    return Steepest.run(
        Stream.concat(Stream.of("data", "prepare", "--in", text.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void saysWhereTheResultIsAndHowItIsUsed() {
    Path out = folder.resolve("hello");
    Steepest.Result result =
        prepare("--out", out.toString(), "--shard-tokens", "120", "--val-tokens", "30");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            out
                + ": 100 documents; validation 30 tokens in 1 shards, training 270 tokens in 3"
                + " shards",
            "data: {name: tokens, folder: " + out + ", tokenizer: gpt2}")
        .doesNotContain("\r", "\u001b");
    assertThat(result.err()).contains("hello_train_000002.bin  120 tokens", "tokens/s");
    assertThat(out.resolve("hello_val_000000.bin")).hasSize(1024 + 60);
    Steepest.Result again =
        prepare("--out", out.toString(), "--shard-tokens", "120", "--val-tokens", "30");
    assertThat(again.code()).isZero();
    assertThat(again.out()).isEqualTo(result.out());
    assertThat(again.err()).contains("Everything was there already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--tokenizer gtp2 | did you mean 'gpt2'",
        "--in b.doc c.txt | b.doc: no such file",
        "--shard-tokens 0 | --shard-tokens and --val-tokens must be at least 1",
        "--val-tokens 5 --val-in x.txt | exclude each other",
        "--name a/b | a name of shards has letters",
        "--shard-tokens 1000 | the text has 300 tokens, which the validation shard of 1000 takes all",
      })
  void mistakesAreNamed(String flags, String message) {
    Steepest.Result result =
        prepare(
            Stream.concat(
                    Stream.of("--out", folder.resolve("out").toString()),
                    Stream.of(flags.strip().split(" +")))
                .toArray(String[]::new));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(message.strip()).doesNotContain("\tat ");
  }

  /** Killed without a chance to tidy up; the shards are those of an undisturbed preparation. */
  @Test
  void goesOnAfterAKillToTheSameBytes() throws IOException, InterruptedException {
    StringBuilder prose = new StringBuilder();
    for (int i = 0; i < 1_500_000; i++) {
      prose.append(i * 2654435761L % 100_000).append(i % 1_000 == 0 ? "\n<|endoftext|>\n" : " ");
    }
    Files.writeString(text, prose);
    List<String> arguments =
        List.of(
            "data",
            "prepare",
            "--in",
            text.toString(),
            "--name",
            "x",
            "--shard-tokens",
            "150000",
            "--out");
    Path out = folder.resolve("out");
    Path log = folder.resolve("log");
    Process process = Steepest.start(log, List.of(), with(arguments, out.toString()));
    while (process.isAlive() && !Files.exists(out.resolve("x_train_000002.bin"))) {
      Thread.sleep(5);
    }
    process.destroyForcibly().waitFor();
    assertThat(out.resolve("x_train_000001.bin")).as(Files.readString(log)).exists();
    Steepest.Result resumed = Steepest.run(with(arguments, out.toString()));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("finished shards are kept");
    Path whole = folder.resolve("whole");
    assertThat(Steepest.run(with(arguments, whole.toString())).code()).isZero();
    try (Stream<Path> files = Files.list(whole)) {
      assertThat(files.filter(file -> !file.endsWith(".fetch.lock")).toList())
          .hasSizeGreaterThan(10)
          .allSatisfy(
              file -> assertThat(out.resolve(file.getFileName())).hasSameBinaryContentAs(file));
    }
  }

  private static String[] with(List<String> arguments, String last) {
    return Stream.concat(arguments.stream(), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void textInTheDataFolderIsListedAndVerified() throws IOException {
    Path books = Files.createDirectories(folder.resolve("data/books"));
    Files.copy(text, books.resolve("train.txt"));
    Files.copy(text, books.resolve("val.txt"));
    String data = folder.resolve("data").toString();
    assertThat(Steepest.run("data", "list", "--data-dir", data).out())
        .containsPattern("books +here +1 files of text to train on, 1 to test with")
        .containsPattern("fineweb10B +not here +web pages");
    Steepest.Result verified = Steepest.run("data", "verify", "books", "--data-dir", data);
    assertThat(verified.code()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("300 train, 300 test tokens (gpt2); sha256 ");
  }

  @Test
  void whatCannotBeFetchedIsSaid() {
    assertThat(Steepest.run("data", "fetch", "text").err())
        .contains("there is nothing to fetch", "fineweb10B");
    assertThat(Steepest.run("data", "fetch", "fineweb10B", "--shards", "500").err())
        .contains("1 … 102 whole training shards, got 500");
    assertThat(Steepest.run("data", "fetch", "mnist", "--shards", "2").err())
        .contains("--shards is of fineweb10B only");
    assertThat(Steepest.run("data", "fetch", "finweb").err())
        .contains("no data set is called 'finweb'", "fineweb10B");
  }
}
