package dev.steepest.lab.data.text.tokenizer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.Books;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hugging Face's library, given GPT-2's vocabulary as a file, against another implementation. */
class JsonTokenizerTest {

  @TempDir static Path folder;

  private static final Tokenizer ORACLE = new Gpt2Tokenizer();
  private static Tokenizer tokenizer;

  @BeforeAll
  static void write() throws IOException {
    Gpt2Json.write(folder.resolve("tokenizer.json"));
    tokenizer = Tokenizers.named(folder.toString(), folder);
  }

  @Test
  void knowsItsSizeAndItsEndFromTheFile() {
    assertThat(tokenizer.vocabulary()).isEqualTo(50_257);
    assertThat(tokenizer.endOfText()).isEqualTo(50_256);
    assertThat(tokenizer.decode(50_256, 15496, 50_256))
        .isEqualTo("<|endoftext|>Hello<|endoftext|>");
    assertThat(tokenizer.decode(60_000)).isEqualTo("\uFFFD");
    assertThat(tokenizer.name()).endsWith("tokenizer.json");
    assertThat(tokenizer.fingerprint()).matches("[0-9a-f]{64}");
  }

  /** The library would find the special token in the text; it must not. */
  @Test
  void givesTheTokensOfTheOtherImplementation() {
    for (String text : TokenizerTest.TEXTS) {
      assertThat(tokenizer.encode(text)).as(text).containsExactly(ORACLE.encode(text));
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      assertThat(TokenizerTest.oneByOne(tokenizer, tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void givesTheTokensOfTheOtherImplementationForABook() throws IOException {
    String text = Books.text("val.txt.gz").substring(0, 300_000);
    assertThat(tokenizer.encode(text)).containsExactly(ORACLE.encode(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{\"model\":{}}",
        "{\"model\":{\"vocab\":{\"a\":0}},\"added_tokens\":[]}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"x y\"]},"
            + "\"added_tokens\":[{\"id\":1,\"content\":\"</s>\",\"special\":true}]}"
      })
  void aFileThatIsNoTokenizerIsNamed(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.json"), content);
    assertThatThrownBy(() -> Tokenizers.named(file.toString(), folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("bad.json: ")
        .hasMessageContaining("tokenizer.json as Hugging Face's library writes it");
  }

  /** DJL's own loader may download and its tokenizer reports itself: neither is ever touched. */
  @Test
  void nothingOfDjlButTheLibraryIsUsed() {
    noClasses()
        .that()
        .resideInAPackage("dev.steepest..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("ai.djl..").and(not(assignableTo(TokenizersLibrary.class))))
        .check(new ClassFileImporter().importPackages(JsonTokenizer.class.getPackageName()));
  }
}
