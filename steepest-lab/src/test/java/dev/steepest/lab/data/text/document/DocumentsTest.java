package dev.steepest.lab.data.text.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.steepest.lab.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of text and JSON lines. */
class DocumentsTest {

  private static final String THREE =
      "one\n\ntwo <|endoftext|> two\n<|endoftext|>\nthree\r\n<|endoftext|>\r\nvier ü";

  @TempDir Path folder;

  private static List<String> read(Path file, String key) {
    List<String> documents = new ArrayList<>();
    try (DocumentReader reader = Documents.open(file, key)) {
      for (Optional<String> next = reader.next(); next.isPresent(); next = reader.next()) {
        documents.add(next.get());
      }
      assertThat(reader.next()).isEmpty();
    }
    return documents;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path write(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(bytes)
            : name.endsWith(".zst") ? new ZstdOutputStream(bytes) : bytes) {
      out.write(content);
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  /** The separator takes the end of the line before it; everything else is text. */
  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.txt.gz", "a.md", "a.txt.zst"})
  void aLineSeparatesDocuments(String name) throws IOException {
    assertThat(read(write(name, utf8(THREE)), "text"))
        .containsExactly("one\n\ntwo <|endoftext|> two", "three", "vier ü");
  }

  @Test
  void blankDocumentsAndAByteOrderMarkAreLeftOut() throws IOException {
    Path file =
        write(
            "a.txt", utf8("\uFEFFone\n<|endoftext|>\n\n  \n<|endoftext|>  \n<|endoftext|>\ntwo\n"));
    assertThat(read(file, "text")).containsExactly("one", "two\n");
    assertThat(read(write("b.txt", utf8("<|endoftext|>\n \n<|endoftext|>")), "text")).isEmpty();
    assertThat(read(write("c.txt", new byte[0]), "text")).isEmpty();
  }

  @Test
  void linesLongerThanTheBufferStayWhole() throws IOException {
    String lengthy = "0123456789".repeat(40_000);
    assertThat(read(write("a.txt.gz", utf8(lengthy + "\n<|endoftext|>\n" + lengthy)), "text"))
        .containsExactly(lengthy, lengthy);
  }

  @Test
  void bytesThatAreNoTextAreNamedWithTheirLine() throws IOException {
    byte[] bytes = utf8("first\nsecond\n<|endoftext|>\nthird\nfou?th\nfifth");
    bytes[new String(bytes, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xE9;
    Path file = write("a.txt", bytes);
    assertThatThrownBy(() -> read(file, "text"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ", line 5: byte 0xE9 does not belong to UTF-8");
  }

  /** U+FFFD is a character like others. */
  @Test
  void theReplacementCharacterMayStandInText() throws IOException {
    assertThat(read(write("a.txt", utf8("a\uFFFDb")), "text")).containsExactly("a\uFFFDb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt.gz", "a.jsonl.gz", "a.jsonl.zst"})
  void aCompressedFileThatEndsEarlyIsNamed(String name) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append("{\"text\":\"").append(i * 7919L % 1000003).append("\"}\n");
    }
    byte[] whole = Files.readAllBytes(write(name, utf8(text.toString())));
    Path file = Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(file, "text"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ", line ")
        .hasMessageContaining("cannot be read further");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.ndjson"})
  void jsonLinesHoldTheTextUnderAKey(String name) throws IOException {
    Path file =
        write(
            name,
            utf8(
                """
                {"id": 1, "body": "one\\nline \\u00fc <|endoftext|>", "meta": {"body": "no"}}

                {"body": "   "}
                {"meta": [{"body": 1}], "body": "two"}
                """));
    assertThat(read(file, "body")).containsExactly("one\nline ü <|endoftext|>", "two");
  }

  @Test
  void aLineThatIsNotWhatItShouldBeIsNamed() throws IOException {
    Path file = write("a.jsonl", utf8("{\"text\":\"a\"}\n{\"titel\":\"b\",\"body\":\"c\"}\n"));
    assertThatThrownBy(() -> read(file, "text"))
        .hasMessageContaining(file + ", line 2: has no key 'text'; its keys are titel, body");
    Path number = write("b.jsonl", utf8("{\"text\": 7}\n"));
    assertThatThrownBy(() -> read(number, "text"))
        .hasMessageContaining("line 1: the value of 'text' is not a string");
    Path list = write("c.jsonl", utf8("[1]\n"));
    assertThatThrownBy(() -> read(list, "text")).hasMessageContaining("line 1: a JSON object");
    Path broken = write("d.jsonl", utf8("{\"text\":\"a\"}\n\n{\"text\": \"b\n"));
    assertThatThrownBy(() -> read(broken, "text")).hasMessageContaining("line 3: not JSON");
  }

  @Test
  void everyFileThatCannotBeReadIsNamedAtOnce() throws IOException {
    Path exe = write("a.exe", utf8("x"));
    Path missing = folder.resolve("missing.txt");
    assertThatThrownBy(
            () -> Documents.requireReadable(List.of(missing, exe, write("ok.txt", utf8("x")))))
        .hasMessageContaining("2 problems")
        .hasMessageContaining("missing.txt: no such file")
        .hasMessageContaining("a.exe: its ending says nothing of how to read it")
        .hasMessageContaining(".jsonl");
  }

  @Test
  void bytesReadGrowToTheLengthOfTheFile() throws IOException {
    Path file = write("a.txt.gz", utf8(THREE.repeat(50_000)));
    long last = 0;
    try (DocumentReader reader = Documents.open(file, "text")) {
      while (reader.next().isPresent()) {
        assertThat(reader.bytesRead()).isGreaterThanOrEqualTo(last);
        last = reader.bytesRead();
      }
    }
    assertThat(last).isEqualTo(Files.size(file));
  }
}
