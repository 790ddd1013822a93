package dev.steepest.lab.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The bytes of pickles that follow each other. */
final class PickleBytes {
  /** Names of classes are short. */
  private static final int LONGEST_LINE = 1000;

  private final ByteBuffer in;

  PickleBytes(ByteBuffer bytes) {
    in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return in.position();
  }

  int unsignedByte() throws Malformed {
    return have(1).get() & 0xFF;
  }

  int unsignedShort() throws Malformed {
    return have(Short.BYTES).getShort() & 0xFFFF;
  }

  int signedInt() throws Malformed {
    return have(Integer.BYTES).getInt();
  }

  long unsignedInt() throws Malformed {
    return have(Integer.BYTES).getInt() & 0xFFFF_FFFFL;
  }

  long signedLong() throws Malformed {
    return have(Long.BYTES).getLong();
  }

  double bigEndianDouble() throws Malformed {
    return Double.longBitsToDouble(Long.reverseBytes(have(Double.BYTES).getLong()));
  }

  BigInteger integer(int bytes) throws Malformed {
    byte[] value = bytes(bytes);
    for (int i = 0; i < value.length / 2; i++) {
      byte low = value[i];
      value[i] = value[value.length - 1 - i];
      value[value.length - 1 - i] = low;
    }
    return value.length == 0 ? BigInteger.ZERO : new BigInteger(value);
  }

  String text(long bytes) throws Malformed {
    return decoded(bytes(bytes), StandardCharsets.UTF_8);
  }

  /** Bytes as characters of the same number. */
  String latin(long bytes) throws Malformed {
    return decoded(bytes(bytes), StandardCharsets.ISO_8859_1);
  }

  String line() throws Malformed {
    int from = in.position();
    while (unsignedByte() != '\n') {
      if (in.position() - from > LONGEST_LINE) {
        throw new Malformed("a name is longer than %d bytes".formatted(LONGEST_LINE));
      }
    }
    byte[] line = new byte[in.position() - from - 1];
    in.get(from, line);
    return decoded(line, StandardCharsets.UTF_8);
  }

  void skip(int bytes) throws Malformed {
    have(bytes);
    in.position(in.position() + bytes);
  }

  private byte[] bytes(long count) throws Malformed {
    have(count);
    byte[] bytes = new byte[(int) count];
    in.get(bytes);
    return bytes;
  }

  private ByteBuffer have(long count) throws Malformed {
    if (count < 0 || count > in.remaining()) {
      throw new Malformed(
          "%d bytes are announced, but it ends after %d".formatted(count, in.remaining()));
    }
    return in;
  }

  private static String decoded(byte[] bytes, Charset charset) throws Malformed {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new Malformed("a text is not in " + charset);
    }
  }
}
