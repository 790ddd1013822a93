package dev.steepest.lab.data.text;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.document.DocumentReader;
import dev.steepest.lab.data.text.document.Documents;
import dev.steepest.lab.data.text.token.TokenBuffer;
import dev.steepest.lab.data.text.token.TokenCorpus;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Documents as tokens, each preceded by the end of text.
 *
 * @param corpus all tokens
 * @param starts position of each document
 */
record EncodedText(TokenCorpus corpus, long[] starts) {

  /**
   * Reads and encodes documents one after the other.
   *
   * @param key of the text in JSON lines and Parquet
   * @param mostDocuments 0 for all
   * @param enough tokens at which reading ends, with the document that reaches them; 0 for never
   * @throws DataException if a file cannot be read or there is no document
   */
  static EncodedText read(
      List<Path> files, String key, Tokenizer tokenizer, long mostDocuments, long enough) {
    Documents.requireReadable(files);
    TokenBuffer buffer = new TokenBuffer(tokenizer.vocabulary());
    long[] starts = new long[16];
    int documents = 0;
    for (Path file : files) {
      try (DocumentReader reader = Documents.open(file, key)) {
        while ((mostDocuments == 0 || documents < mostDocuments)
            && (enough == 0 || buffer.length() < enough)) {
          Optional<String> text = reader.next();
          if (text.isEmpty()) {
            break;
          }
          if (documents == starts.length) {
            starts = Arrays.copyOf(starts, 2 * documents);
          }
          starts[documents++] = buffer.length();
          buffer.append(tokenizer.endOfText());
          buffer.append(tokenizer.encode(text.get()));
        }
      }
    }
    if (documents == 0) {
      throw new DataException(
          "Cannot use the text",
          files.stream().map(file -> file + ": holds no document").toList(),
          "A document is text with more than white space in it.");
    }
    return new EncodedText(buffer.toCorpus(), Arrays.copyOf(starts, documents));
  }

  /** The last share of the documents, or of the tokens where it makes no whole document. */
  TokenCorpus last(double share) {
    long cut = cut(share);
    return corpus.slice(cut, corpus.length() - cut);
  }

  /** All but {@link #last}. */
  EncodedText withoutLast(double share) {
    long cut = cut(share);
    return new EncodedText(
        corpus.slice(0, cut), Arrays.stream(starts).filter(start -> start < cut).toArray());
  }

  private long cut(double share) {
    int documents = (int) Math.round(share * starts.length);
    return documents > 0
        ? starts[starts.length - documents]
        : corpus.length() - Math.round(share * corpus.length());
  }
}
