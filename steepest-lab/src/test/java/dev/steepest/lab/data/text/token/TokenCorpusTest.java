package dev.steepest.lab.data.text.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.text.token.TokenFile.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCorpusTest {

  private static final int VOCABULARY = 60_000;

  @TempDir Path folder;

  private static int[] random(int count, int vocabulary) {
    return new Random(3).ints(count, 0, vocabulary).toArray();
  }

  /** The tokens in files of uneven lengths. */
  private TokenCorpus files(int[] tokens, int... cuts) throws IOException {
    List<Path> paths = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      Path path = folder.resolve("f_train_%06d.bin".formatted(paths.size()));
      try (ShardWriter writer = new ShardWriter(path)) {
        writer.write(tokens, from, cut);
        writer.finish();
      }
      paths.add(path);
      from = cut;
    }
    return TokenCorpus.of(TokenFile.open(paths, Layout.SHARD));
  }

  @Test
  void isOneSequenceOverAllFiles() throws IOException {
    int[] tokens = random(1_000, VOCABULARY);
    TokenCorpus corpus = files(tokens, 1, 2, 700, 701, 1_000);
    assertThat(corpus.length()).isEqualTo(1_000);
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(1_001);
      int count = random.nextInt(1_001 - from);
      long[] copy = new long[count + 3];
      corpus.copy(from, count, copy, 2);
      assertThat(Arrays.copyOfRange(copy, 2, 2 + count))
          .containsExactly(Arrays.stream(tokens, from, from + count).asLongStream().toArray());
      assertThat(copy[count + 2]).isZero();
      TokenCorpus slice = corpus.slice(from, count);
      assertThat(slice.length()).isEqualTo(count);
      if (count > 0) {
        assertThat(slice.token(count - 1)).isEqualTo(tokens[from + count - 1]);
      }
    }
  }

  @Test
  void refusesWhatIsOutside() {
    TokenCorpus corpus = TokenCorpus.of(10, 1, 2, 3);
    assertThatThrownBy(() -> corpus.token(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> corpus.copy(2, 2, new long[2], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> corpus.copy(0, 2, new long[2], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> corpus.slice(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> TokenCorpus.of(10, 10))
        .hasMessageContaining("token 10 is beyond the vocabulary of 10");
  }

  /** The same tokens hash alike whatever holds them; the definition is computed apart. */
  @ParameterizedTest
  @ValueSource(ints = {VOCABULARY, 1 << 16, 100_000})
  void theHashIsOfTheTokens(int vocabulary) throws IOException, NoSuchAlgorithmException {
    int[] tokens = random(3_000_000, VOCABULARY);
    ByteBuffer bytes = ByteBuffer.allocate(4 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int token : tokens) {
      if (vocabulary > 1 << 16) {
        bytes.putInt(token);
      } else {
        bytes.putShort((short) token);
      }
    }
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(bytes.flip());
    String expected = HexFormat.of().formatHex(digest.digest());
    TokenCorpus memory = TokenCorpus.of(vocabulary, tokens);
    assertThat(memory.sha256()).isEqualTo(expected);
    assertThat(memory.bytes()).isEqualTo(bytes.limit());
    if (vocabulary <= 1 << 16) {
      assertThat(files(tokens, 5, 2_500_000, 3_000_000).sha256()).isEqualTo(expected);
    }
    assertThat(memory.slice(1, 100).sha256()).isNotEqualTo(memory.slice(0, 100).sha256());
  }

  @Test
  void largeVocabulariesKeepTheirTokens() {
    int[] tokens = {0, 65_535, 65_536, 199_999};
    TokenCorpus corpus = TokenCorpus.of(200_000, tokens);
    for (int i = 0; i < tokens.length; i++) {
      assertThat(corpus.token(i)).isEqualTo(tokens[i]);
    }
    assertThat(corpus.beyond(199_999))
        .singleElement()
        .asString()
        .contains("token 199999 at offset 12");
  }

  /** What is added to a buffer later does not appear in a corpus made before. */
  @Test
  void isImmutable() {
    TokenBuffer buffer = new TokenBuffer(10);
    buffer.append(1, 2);
    TokenCorpus corpus = buffer.toCorpus();
    String hash = corpus.sha256();
    buffer.append(3);
    assertThat(corpus.length()).isEqualTo(2);
    assertThat(corpus.slice(0, 2).sha256()).isEqualTo(hash);
    assertThat(buffer.toCorpus().length()).isEqualTo(3);
  }
}
