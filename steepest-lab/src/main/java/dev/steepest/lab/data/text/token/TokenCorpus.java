package dev.steepest.lab.data.text.token;

import dev.steepest.lab.data.source.Digest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One long sequence of tokens over mapped files or arrays. Immutable and safe for many threads; no
 * copy is made of what it shows. Files stay mapped until nobody refers to them.
 */
public final class TokenCorpus {

  /** Hashed at a time; assumed: large against the cost of a call. */
  private static final long HASH_BLOCK = 1 << 22;

  private final List<TokenPart> parts;

  /** Position of each part's first token, and the length of all. */
  private final long[] starts;

  private final TokenWidth width;

  /** Computed when first asked for; the same whoever computes it. */
  private volatile String sha256;

  private TokenCorpus(TokenWidth width, List<TokenPart> parts) {
    this.width = width;
    this.parts = parts.stream().filter(part -> part.length() > 0).toList();
    this.starts = new long[this.parts.size() + 1];
    for (int i = 0; i < this.parts.size(); i++) {
      starts[i + 1] = starts[i] + this.parts.get(i).length();
    }
  }

  static TokenCorpus ofParts(TokenWidth width, List<TokenPart> parts) {
    return new TokenCorpus(width, parts);
  }

  /** The tokens of these files, one after the other. */
  public static TokenCorpus of(List<TokenFile> files) {
    return new TokenCorpus(TokenWidth.UINT16, files.stream().map(TokenFile::part).toList());
  }

  /** These tokens, copied. */
  public static TokenCorpus of(int vocabulary, int... tokens) {
    TokenBuffer buffer = new TokenBuffer(vocabulary);
    buffer.append(tokens);
    return buffer.toCorpus();
  }

  /** Number of tokens. */
  public long length() {
    return starts[parts.size()];
  }

  /** Bytes that the tokens take in memory, or on disk where they are mapped. */
  public long bytes() {
    return length() * width.bytes();
  }

  /** A view of {@code count} tokens from position {@code from} on. */
  public TokenCorpus slice(long from, long count) {
    Objects.checkFromIndexSize(from, count, length());
    List<TokenPart> chosen = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      long first = Math.max(from, starts[i]);
      long end = Math.min(from + count, starts[i + 1]);
      if (first < end) {
        chosen.add(parts.get(i).slice(first - starts[i], end - first));
      }
    }
    return new TokenCorpus(width, chosen);
  }

  /** One token; slow for many. */
  public int token(long position) {
    Objects.checkIndex(position, length());
    int part = partAt(position);
    return parts.get(part).token(position - starts[part]);
  }

  /**
   * Copies {@code count} tokens from position {@code from} on into an array, from {@code at} on.
   */
  public void copy(long from, int count, long[] target, int at) {
    copy(from, count, MemorySegment.ofArray(target), at);
  }

  /**
   * Copies tokens into memory that holds int64, e.g. that of a tensor.
   *
   * @param from position of the first token
   * @param count how many
   * @param target int64 in native order
   * @param at where the first token goes, counted in int64
   */
  public void copy(long from, int count, MemorySegment target, long at) {
    Objects.checkFromIndexSize(from, (long) count, length());
    Objects.checkFromIndexSize(at, (long) count, target.byteSize() / Long.BYTES);
    long done = 0;
    for (int i = count == 0 ? parts.size() : partAt(from); done < count; i++) {
      TokenPart part = parts.get(i);
      long first = from + done - starts[i];
      long here = Math.min(count - done, part.length() - first);
      for (long k = 0; k < here; k++) {
        target.set(
            ValueLayout.JAVA_LONG_UNALIGNED, (at + done + k) * Long.BYTES, part.token(first + k));
      }
      done += here;
    }
  }

  /**
   * SHA-256 of the tokens as little-endian uint16, or int32 where the vocabulary is above 65,536.
   * Whether they come from one file, several or memory makes no difference.
   */
  public String sha256() {
    if (sha256 == null) {
      MessageDigest digest = Digest.Algorithm.SHA_256.start();
      for (TokenPart part : parts) {
        long size = part.tokens().byteSize();
        for (long at = 0; at < size; at += HASH_BLOCK) {
          digest.update(part.tokens().asSlice(at, Math.min(HASH_BLOCK, size - at)).asByteBuffer());
        }
      }
      sha256 = HexFormat.of().formatHex(digest.digest());
    }
    return sha256;
  }

  /**
   * The first token of each file that a vocabulary does not have, with file and offset: empty where
   * all is well. Reads everything, on all cores.
   *
   * @param vocabulary tokens must be 0 … vocabulary − 1
   */
  public List<String> beyond(int vocabulary) {
    if (width == TokenWidth.UINT16 && vocabulary >= TokenWidth.UINT16_VOCABULARY) {
      return List.of();
    }
    return IntStream.range(0, parts.size())
        .parallel()
        .mapToObj(i -> parts.get(i).beyond(vocabulary))
        .flatMap(Optional::stream)
        .toList();
  }

  private int partAt(long position) {
    int found = Arrays.binarySearch(starts, position);
    return found >= 0 ? found : -found - 2;
  }
}
