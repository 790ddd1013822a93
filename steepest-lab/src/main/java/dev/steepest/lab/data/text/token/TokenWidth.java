package dev.steepest.lab.data.text.token;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How a token is stored: little-endian, as narrow as its vocabulary allows. */
public enum TokenWidth {
  /** Two bytes, for vocabularies up to 65,536; what shards and nanoGPT's files hold. */
  UINT16(Short.BYTES) {
    @Override
    int get(MemorySegment tokens, long index) {
      return tokens.get(SHORT, index * Short.BYTES) & 0xFFFF;
    }

    @Override
    void set(MemorySegment tokens, long index, int token) {
      tokens.set(SHORT, index * Short.BYTES, (short) token);
    }
  },
  /** Four bytes, for larger vocabularies; in memory only. */
  INT32(Integer.BYTES) {
    @Override
    int get(MemorySegment tokens, long index) {
      return tokens.get(INT, index * Integer.BYTES);
    }

    @Override
    void set(MemorySegment tokens, long index, int token) {
      tokens.set(INT, index * Integer.BYTES, token);
    }
  };

  /** Largest vocabulary that two bytes can hold. */
  public static final int UINT16_VOCABULARY = 1 << 16;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int bytes;

  TokenWidth(int bytes) {
    this.bytes = bytes;
  }

  /** The narrowest width for tokens 0 … vocabulary − 1. */
  public static TokenWidth of(int vocabulary) {
    return vocabulary <= UINT16_VOCABULARY ? UINT16 : INT32;
  }

  /** Bytes per token. */
  public int bytes() {
    return bytes;
  }

  abstract int get(MemorySegment tokens, long index);

  abstract void set(MemorySegment tokens, long index, int token);
}
