package dev.steepest.lab.data.text.prepare;

import dev.steepest.lab.data.text.document.DocumentReader;
import dev.steepest.lab.data.text.document.Documents;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of a row of files, each document preceded by the end of text, from any place on. For
 * one thread.
 */
final class TokenStream implements AutoCloseable {

  /**
   * A place in the stream.
   *
   * @param file index of the file; the number of files at the end
   * @param document index of the document in its file
   * @param token index of the token in its document, the end of text counted
   */
  record Place(int file, long document, int token) {
    static final Place START = new Place(0, 0, 0);
  }

  private final List<Path> files;
  private final String key;
  private final Tokenizer tokenizer;
  private int file;
  private long document;
  private DocumentReader reader;
  private long documents;
  private long bytesOfEarlierFiles;

  /** Tokens of the current document, behind the end of text; null before it is read. */
  private int[] tokens;

  private int next;

  TokenStream(List<Path> files, String key, Tokenizer tokenizer, Place from) throws IOException {
    this.files = files;
    this.key = key;
    this.tokenizer = tokenizer;
    this.file = from.file;
    for (Path earlier : files.subList(0, from.file)) {
      bytesOfEarlierFiles += Files.size(earlier);
    }
    if (from.file < files.size()) {
      reader = Documents.open(files.get(file), key);
      while (document < from.document && reader.next().isPresent()) {
        document++;
      }
      if (from.token > 0 && advance()) {
        next = from.token;
      }
    }
  }

  /** Makes sure that there is a next token; false at the end. */
  boolean advance() throws IOException {
    while (tokens == null || next == tokens.length) {
      if (file == files.size()) {
        return false;
      }
      if (reader == null) {
        reader = Documents.open(files.get(file), key);
      }
      if (tokens != null) {
        document++;
        tokens = null;
      }
      Optional<String> text = reader.next();
      if (text.isPresent()) {
        tokens = encode(text.get());
        next = 0;
        documents++;
      } else {
        reader.close();
        reader = null;
        bytesOfEarlierFiles += Files.size(files.get(file));
        file++;
        document = 0;
      }
    }
    return true;
  }

  private int[] encode(String text) {
    int[] encoded = tokenizer.encode(text);
    int[] all = new int[encoded.length + 1];
    all[0] = tokenizer.endOfText();
    System.arraycopy(encoded, 0, all, 1, encoded.length);
    return all;
  }

  /** The current document's tokens, of which those from {@link #next()} on are still to come. */
  int[] tokens() {
    return tokens;
  }

  int next() {
    return next;
  }

  void take(int count) {
    next += count;
  }

  /** The place of the next token, after {@link #advance()}. */
  Place place() {
    return new Place(file, document, tokens == null ? 0 : next);
  }

  /** Documents encoded so far. */
  long documents() {
    return documents;
  }

  /** Bytes of the files that are behind. */
  long bytesRead() {
    return bytesOfEarlierFiles + (reader == null ? 0 : reader.bytesRead());
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
