package dev.steepest.lab.data.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tokenizers that need no file. */
class TokenizerTest {

  static Stream<Tokenizer> tokenizers() {
    return Stream.of(new Gpt2Tokenizer(), new ByteTokenizer());
  }

  /**
   * Texts that tokenizers stumble over: spaces, scripts, emoji of several code points, controls.
   */
  static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "Hello world",
          "  two  spaces\n\n\tand tabs \r\n",
          "it's they'LL I'm 1234567 (x_1)",
          "Ærøskøbing — “quotes” …",
          "日本語のテキスト और हिन्दी",
          "👩‍👩‍👧‍👦 family, 🇩🇰 flag, e\u0301 combined",
          "\u0000\u0001 controls \uFFFD replaced",
          "ends with <|endoftext|> in it<|endoftext|>");

  @ParameterizedTest
  @MethodSource("tokenizers")
  void everyTextComesBack(Tokenizer tokenizer) {
    for (String text : TEXTS) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      String text =
          random
              .ints(60, 0, 0x11000)
              .filter(c -> c < 0xD800 || c > 0xDFFF)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  /** What a document spells out is text; only the program places the end of text. */
  @ParameterizedTest
  @MethodSource("tokenizers")
  void specialTokensInTextAreOrdinary(Tokenizer tokenizer) {
    int[] tokens = tokenizer.encode("a<|endoftext|>b");
    assertThat(tokens).doesNotContain(tokenizer.endOfText()).hasSizeGreaterThan(3);
    assertThat(tokenizer.decode(tokenizer.endOfText())).isEqualTo(Tokenizers.END_OF_TEXT);
    assertThat(tokenizer.endOfText()).isBetween(0, tokenizer.vocabulary() - 1);
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void tokensOneByOneGiveTheSameText(Tokenizer tokenizer) {
    for (String text : TEXTS) {
      assertThat(oneByOne(tokenizer, tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void anyTokensDecodeAndAlikeInBothWays(Tokenizer tokenizer) {
    Random random = new Random(2);
    for (int i = 0; i < 100; i++) {
      int[] tokens = random.ints(50, -2, tokenizer.vocabulary() + 60).toArray();
      assertThat(oneByOne(tokenizer, tokens)).isEqualTo(tokenizer.decode(tokens));
    }
  }

  static String oneByOne(Tokenizer tokenizer, int... tokens) {
    TokenDecoder decoder = tokenizer.decoder();
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append(decoder.append(token));
    }
    return text.append(decoder.finish()).toString();
  }

  @Test
  void aCharacterIsHandedOutWhenItIsComplete() {
    TokenDecoder decoder = new ByteTokenizer().decoder();
    assertThat(decoder.append(0xF0)).isEmpty();
    assertThat(decoder.append(0x9F)).isEmpty();
    assertThat(decoder.append(0x99)).isEmpty();
    assertThat(decoder.append(0x82)).isEqualTo("🙂");
    assertThat(decoder.append(0xE2)).isEmpty();
    assertThat(decoder.finish()).isEqualTo("\uFFFD");
    assertThat(decoder.append('a')).isEqualTo("a");
  }

  /** Published: openai/tiktoken's tests, the GPT-2 model's examples. */
  @ParameterizedTest
  @CsvSource({
    "hello world, 31373 995",
    "Hello world, 15496 995",
    "'Hello, my dog is cute', 15496 11 616 3290 318 13779",
    "'Hello, I''m a language model,', 15496 11 314 1101 257 3303 2746 11",
    "<|endoftext|>, 27 91 437 1659 5239 91 29"
  })
  void gpt2GivesThePublishedTokens(String text, String tokens) {
    int[] expected = Stream.of(tokens.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(new Gpt2Tokenizer().encode(text)).containsExactly(expected);
  }

  @Test
  void gpt2HasItsPublishedSize() {
    assertThat(new Gpt2Tokenizer().vocabulary()).isEqualTo(50_257);
    assertThat(new Gpt2Tokenizer().endOfText()).isEqualTo(50_256);
    assertThat(new ByteTokenizer().vocabulary()).isEqualTo(257);
  }

  /** A model's vocabulary may be padded, e.g. to 50,304. */
  @ParameterizedTest
  @MethodSource("tokenizers")
  void tokensWithoutTextAreReplaced(Tokenizer tokenizer) {
    assertThat(tokenizer.decode(tokenizer.vocabulary(), -1)).isEqualTo("\uFFFD\uFFFD");
  }

  @ParameterizedTest
  @CsvSource({"gtp2, gpt2", "GPT-2, gpt2", "r50k_base, gpt2", "byte, bytes", "utf-8, bytes"})
  void anUnknownNameIsAnsweredWithTheOneMeant(String given, String meant) {
    assertThatThrownBy(() -> Tokenizers.named(given, Path.of("data")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there is no tokenizer '" + given + "'; did you mean '" + meant)
        .hasMessageContaining("gpt2, bytes")
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void aMissingFileIsNamedWithBothPlaces() {
    assertThatThrownBy(() -> Tokenizers.named("smollm/tokenizer.json", Path.of("/data")))
        .hasMessageContaining("smollm/tokenizer.json: no such file, neither here nor in /data");
  }
}
