package dev.steepest.lab.data.text.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.TokenFile.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {

  @TempDir Path folder;

  /** A shard written byte by byte, apart from the code under test. */
  private Path shard(String name, int magic, int version, int count, int... tokens)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1024 + 2 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(magic).putInt(version).putInt(count).position(1024);
    for (int token : tokens) {
      bytes.putShort((short) token);
    }
    return Files.write(folder.resolve(name), bytes.array());
  }

  private Path good(String name, int... tokens) throws IOException {
    return shard(name, 20240520, 1, tokens.length, tokens);
  }

  private static int[] tokens(TokenFile file) {
    TokenCorpus corpus = TokenCorpus.of(List.of(file));
    int[] tokens = new int[Math.toIntExact(corpus.length())];
    Arrays.setAll(tokens, corpus::token);
    return tokens;
  }

  @Test
  void readsAShardAndAHeaderlessFile() throws IOException {
    Path shard = good("a.bin", 50256, 1, 65535, 0);
    Path plain = Files.write(folder.resolve("b.bin"), new byte[] {1, 0, (byte) 0x50, (byte) 0xC4});
    assertThat(tokens(TokenFile.open(List.of(shard), Layout.SHARD).getFirst()))
        .containsExactly(50256, 1, 65535, 0);
    assertThat(tokens(TokenFile.open(List.of(plain), Layout.HEADERLESS).getFirst()))
        .containsExactly(1, 50256);
    // A header is recognised where none is needed, so that it is not read as tokens.
    assertThat(tokens(TokenFile.open(List.of(shard), Layout.HEADERLESS).getFirst()))
        .containsExactly(50256, 1, 65535, 0);
  }

  @Test
  void namesEverythingThatIsWrongWithAnyFile() throws IOException {
    List<Path> files =
        List.of(
            good("good.bin", 1, 2, 3),
            shard("magic.bin", 20240801, 7, 2, 1, 2),
            shard("version.bin", 20240520, 2, 5, 1, 2, 3),
            shard("short.bin", 20240520, 1, 4, 1, 2, 3),
            shard("long.bin", 20240520, 1, 2, 1, 2, 3),
            shard("none.bin", 20240520, 1, 0),
            Files.write(folder.resolve("stub.bin"), new byte[100]),
            folder.resolve("missing.bin"));
    assertThatThrownBy(() -> TokenFile.open(files, Layout.SHARD))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        folder.resolve("magic.bin")
                            + ", offset 0: expected 20240520, the mark of a shard, found 20240801",
                        folder.resolve("version.bin") + ", offset 4: expected version 1, found 2",
                        folder.resolve("version.bin")
                            + ": truncated: offset 8 announces 5 tokens, which makes 1034 bytes,"
                            + " the file has 1030",
                        folder.resolve("short.bin")
                            + ": truncated: offset 8 announces 4 tokens, which makes 1032 bytes,"
                            + " the file has 1030",
                        folder.resolve("long.bin")
                            + ": too long: offset 8 announces 2 tokens, which makes 1028 bytes,"
                            + " the file has 1030",
                        folder.resolve("none.bin")
                            + ", offset 8: expected a number of tokens, found 0",
                        folder.resolve("stub.bin")
                            + ": truncated: a header of 1024 bytes was expected, the file has 100",
                        folder.resolve("missing.bin") + ": no such file"));
  }

  @Test
  void headerlessFilesHoldWholeTokens() throws IOException {
    Path odd = Files.write(folder.resolve("odd.bin"), new byte[7]);
    Path empty = Files.write(folder.resolve("empty.bin"), new byte[0]);
    assertThatThrownBy(() -> TokenFile.open(List.of(odd, empty), Layout.HEADERLESS))
        .hasMessageContaining("odd.bin: truncated: 7 bytes are no whole number of uint16 tokens")
        .hasMessageContaining("empty.bin: is empty");
  }

  @Test
  void tokensBeyondTheVocabularyAreNamedWithFileAndOffset() throws IOException {
    List<TokenFile> files =
        TokenFile.open(
            List.of(good("a.bin", 1, 2), good("b.bin", 3, 50257, 60000), good("c.bin", 65535)),
            Layout.SHARD);
    TokenCorpus corpus = TokenCorpus.of(files);
    assertThat(corpus.beyond(50257))
        .containsExactly(
            folder.resolve("b.bin")
                + ": token 50257 at offset 1026 is beyond the vocabulary of 50257 (0 … 50256)",
            folder.resolve("c.bin")
                + ": token 65535 at offset 1024 is beyond the vocabulary of 50257 (0 … 50256)");
    assertThat(corpus.slice(4, 2).beyond(50257).getFirst()).contains("60000 at offset 1028");
    assertThat(corpus.beyond(1 << 16)).isEmpty();
    assertThat(corpus.slice(0, 3).beyond(4)).isEmpty();
  }

  @Test
  void aWrittenShardIsThatOfTheFormat() throws IOException {
    Path target = folder.resolve("sub/w_train_000001.bin");
    try (ShardWriter writer = new ShardWriter(target)) {
      writer.write(new int[] {9, 50256, 1, 65535, 0, 9}, 1, 5);
      assertThat(target).doesNotExist();
      assertThat(writer.count()).isEqualTo(4);
      writer.finish();
    }
    assertThat(target).hasSameBinaryContentAs(good("expected.bin", 50256, 1, 65535, 0));
    assertThat(target.resolveSibling("w_train_000001.bin.part")).doesNotExist();
  }

  @Test
  void anUnfinishedShardLeavesNothing() throws IOException {
    Path target = folder.resolve("w.bin");
    try (ShardWriter writer = new ShardWriter(target)) {
      writer.write(new int[100_000], 0, 100_000);
      assertThatThrownBy(() -> writer.write(new int[] {65536}, 0, 1))
          .hasMessageContaining("a shard holds tokens 0 … 65535, got 65536");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFoldersFilesAreFoundByTheirNames() throws IOException {
    good("x_train_000010.bin", 1);
    good("x_train_000002.bin", 1);
    good("x_val_000000.bin", 1);
    good("train.bin", 1);
    ShardSet shards = ShardSet.in(folder);
    assertThat(shards.train())
        .extracting(path -> path.getFileName().toString())
        .containsExactly("x_train_000002.bin", "x_train_000010.bin");
    assertThat(shards.validation()).containsExactly(folder.resolve("x_val_000000.bin"));
    good("y_train_000001.bin", 1);
    assertThatThrownBy(() -> ShardSet.in(folder))
        .hasMessageContaining("holds the shards of several data sets: [x, y]");
  }

  @Test
  void aFolderWithoutTokensSaysWhatWouldBeOne() {
    assertThatThrownBy(() -> ShardSet.in(folder))
        .hasMessageContaining("holds neither NAME_train_000001.bin … nor train.bin")
        .hasMessageContaining("data prepare");
    assertThatThrownBy(() -> ShardSet.in(folder.resolve("no")))
        .hasMessageContaining("no: no such folder");
  }
}
