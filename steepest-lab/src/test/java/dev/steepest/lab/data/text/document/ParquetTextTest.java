package dev.steepest.lab.data.text.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.ParquetWriter;
import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetTextTest {

  private static final MessageType SCHEMA =
      new MessageType(
          "row",
          Types.required(PrimitiveTypeName.INT64).named("id"),
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named("text"));

  @TempDir Path folder;

  private Path write(List<String> texts) throws IOException {
    Path file = folder.resolve("a.parquet");
    try (ParquetWriter<Integer> writer =
        ParquetWriter.writeFile(
            SCHEMA,
            file.toFile(),
            (i, values) -> {
              values.write("id", (long) i);
              if (!texts.get(i).isEmpty()) {
                values.write("text", texts.get(i));
              }
            })) {
      for (int i = 0; i < texts.size(); i++) {
        writer.write(i);
      }
    }
    return file;
  }

  private static List<String> read(Path file, String key) {
    List<String> documents = new ArrayList<>();
    try (DocumentReader reader = Documents.open(file, key)) {
      for (Optional<String> next = reader.next(); next.isPresent(); next = reader.next()) {
        documents.add(next.get());
      }
      assertThat(reader.bytesRead()).isEqualTo(file.toFile().length());
    }
    return documents;
  }

  @Test
  void readsTheColumnAndLeavesRowsWithoutTextOut() throws IOException {
    assertThat(read(write(List.of("one", "", "zwei ü\n<|endoftext|>", "three")), "text"))
        .containsExactly("one", "zwei ü\n<|endoftext|>", "three");
  }

  @Test
  void readsManyRows() throws IOException {
    List<String> texts = IntStream.range(0, 20_000).mapToObj(i -> "text number " + i).toList();
    assertThat(read(write(texts), "text")).isEqualTo(texts);
  }

  @Test
  void aColumnThatIsNotThereOrNotTextIsNamed() throws IOException {
    Path file = write(List.of("one"));
    assertThatThrownBy(() -> read(file, "body"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.parquet: has no column 'body'; its columns are id, text");
    assertThatThrownBy(() -> read(file, "id"))
        .hasMessageContaining("column 'id' does not hold strings but required int64 id");
  }

  @Test
  void aFileThatIsNotParquetIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("b.parquet"), "plain text of some length");
    assertThatThrownBy(() -> read(file, "text"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("b.parquet: ");
  }

  @Test
  void aDamagedFileIsNamedWithTheRow() throws IOException {
    Path file = write(IntStream.range(0, 5_000).mapToObj(i -> "text number " + i).toList());
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 100; i < bytes.length / 2; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(file, bytes);
    assertThatThrownBy(() -> read(file, "text"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.parquet, row ");
  }
}
