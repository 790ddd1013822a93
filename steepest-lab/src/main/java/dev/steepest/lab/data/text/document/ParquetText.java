package dev.steepest.lab.data.text.document;

import blue.strategic.parquet.ParquetReader;
import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * One column of strings of a Parquet file. Other columns are not read; memory is bounded by the
 * column's part of one row group. Rows without a value are left out.
 */
final class ParquetText implements DocumentReader {

  private final Path path;
  private final long size;
  private final ParquetFileReader file;
  private final MessageType schema;
  private final long rows;
  private ColumnReader column;
  private long left;
  private long row;

  ParquetText(Path path, String key) throws IOException {
    this.path = path;
    this.size = Files.size(path);
    this.file = open(path);
    try {
      this.schema = projection(key);
      this.rows = file.getRecordCount();
      file.setRequestedSchema(schema);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ParquetFileReader open(Path path) {
    try {
      return ParquetFileReader.open(ParquetReader.makeInputFile(path.toFile()));
    } catch (IOException e) {
      throw refusal("%s: %s".formatted(path, e.getMessage()), e);
    } catch (RuntimeException e) { // its message names an object of the library, not the file
      throw refusal(
          "%s: is no Parquet file, or a truncated one: its %d bytes do not end in a footer and PAR1"
              .formatted(path, path.toFile().length()),
          e);
    }
  }

  private MessageType projection(String key) {
    MessageType all = file.getFooter().getFileMetaData().getSchema();
    if (!all.containsField(key)) {
      throw refusal(
          "%s: has no column '%s'; its columns are %s"
              .formatted(
                  path,
                  key,
                  all.getFields().stream().map(Type::getName).collect(Collectors.joining(", "))),
          null);
    }
    Type type = all.getType(key);
    boolean text =
        type.isPrimitive()
            && !type.isRepetition(Type.Repetition.REPEATED)
            && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
    if (!text) {
      throw refusal(
          "%s: column '%s' does not hold strings but %s".formatted(path, key, type), null);
    }
    return new MessageType(all.getName(), type);
  }

  @Override
  public Optional<String> next() {
    try {
      while (left > 0 || nextGroup()) {
        boolean present =
            column.getCurrentDefinitionLevel() == column.getDescriptor().getMaxDefinitionLevel();
        String text = present ? column.getBinary().toStringUsingUTF8() : "";
        column.consume();
        left--;
        row++;
        if (!text.isBlank()) {
          return Optional.of(text);
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw refusal("%s, row %d: %s".formatted(path, row, e.getMessage()), e);
    }
  }

  private boolean nextGroup() throws IOException {
    PageReadStore pages = file.readNextRowGroup();
    if (pages == null) {
      return false;
    }
    ColumnDescriptor descriptor = schema.getColumns().getFirst();
    column =
        new ColumnReadStoreImpl(
                pages,
                new DummyRecordConverter(schema).getRootConverter(),
                schema,
                file.getFooter().getFileMetaData().getCreatedBy())
            .getColumnReader(descriptor);
    left = pages.getRowCount();
    return left > 0 || nextGroup();
  }

  /** By rows, since columns that are not read lie between. */
  @Override
  public long bytesRead() {
    return rows == 0 ? size : (long) ((double) size * row / rows);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException _) {
      // It was only read; all that mattered of it has been seen.
    }
  }

  private static DataException refusal(String problem, Throwable cause) {
    return new DataException(
        "Cannot read the text",
        List.of(problem),
        "The file must be Parquet, its text a column of strings.",
        cause);
  }
}
