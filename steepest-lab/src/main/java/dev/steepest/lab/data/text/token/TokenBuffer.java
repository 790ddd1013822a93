package dev.steepest.lab.data.text.token;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Collects tokens in memory, as narrow as their vocabulary allows and without ever moving them. */
public final class TokenBuffer {

  /** Tokens per block; assumed: small against a corpus, large against the cost of a block. */
  private static final int BLOCK = 1 << 20;

  private final int vocabulary;
  private final TokenWidth width;
  private final List<MemorySegment> blocks = new ArrayList<>();
  private long length;

  /**
   * @param vocabulary tokens are 0 … vocabulary − 1
   */
  public TokenBuffer(int vocabulary) {
    this.vocabulary = vocabulary;
    this.width = TokenWidth.of(vocabulary);
  }

  /** Adds tokens at the end. */
  public void append(int... tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabulary) {
        throw new IllegalArgumentException(
            "token %d is beyond the vocabulary of %d".formatted(token, vocabulary));
      }
      int at = (int) (length % BLOCK);
      if (at == 0) {
        blocks.add(MemorySegment.ofArray(new byte[BLOCK * width.bytes()]));
      }
      width.set(blocks.getLast(), at, token);
      length++;
    }
  }

  /** Tokens so far. */
  public long length() {
    return length;
  }

  /** A view of all tokens so far; later ones do not appear in it. */
  public TokenCorpus toCorpus() {
    List<TokenPart> parts = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      long here = Math.min(BLOCK, length - (long) i * BLOCK);
      parts.add(
          new TokenPart(
              blocks.get(i).asSlice(0, here * width.bytes()).asReadOnly(),
              width,
              "text in memory",
              (long) i * BLOCK * width.bytes()));
    }
    return TokenCorpus.ofParts(width, parts);
  }
}
