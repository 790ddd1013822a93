package dev.steepest.lab.data.text.token;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Tokens that lie together.
 *
 * @param tokens nothing but tokens
 * @param width how they are stored
 * @param source the file, or what else they are, for messages
 * @param offset of the first token in its file, in bytes
 */
record TokenPart(MemorySegment tokens, TokenWidth width, String source, long offset) {

  long length() {
    return tokens.byteSize() / width.bytes();
  }

  TokenPart slice(long from, long count) {
    long bytes = width.bytes();
    return new TokenPart(
        tokens.asSlice(from * bytes, count * bytes), width, source, offset + from * bytes);
  }

  int token(long index) {
    return width.get(tokens, index);
  }

  /** What is wrong with the first token that the vocabulary does not have. */
  Optional<String> beyond(int vocabulary) {
    long length = length();
    for (long i = 0; i < length; i++) {
      int token = token(i);
      if (token < 0 || token >= vocabulary) {
        return Optional.of(
            "%s: token %d at offset %d is beyond the vocabulary of %d (0 … %d)"
                .formatted(source, token, offset + i * width.bytes(), vocabulary, vocabulary - 1));
      }
    }
    return Optional.empty();
  }
}
