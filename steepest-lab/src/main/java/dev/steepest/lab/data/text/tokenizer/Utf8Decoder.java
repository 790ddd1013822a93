package dev.steepest.lab.data.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** The decoder of tokenizers whose tokens are strings of UTF-8 bytes. */
final class Utf8Decoder implements TokenDecoder {

  /** Longest start of a character that is still incomplete. */
  private static final int MOST_PENDING = 3;

  private final IntFunction<byte[]> bytesOf;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = new byte[0];

  /**
   * @param bytesOf the bytes of a token, in UTF-8 or a part of it
   */
  Utf8Decoder(IntFunction<byte[]> bytesOf) {
    this.bytesOf = bytesOf;
  }

  @Override
  public String append(int token) {
    byte[] bytes = bytesOf.apply(token);
    ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length);
    in.put(pending).put(bytes).flip();
    // A character is never longer in UTF-16 units than in bytes, nor is a replacement.
    CharBuffer out = CharBuffer.allocate(in.remaining());
    decoder.decode(in, out, false);
    pending = new byte[in.remaining()];
    in.get(pending);
    return out.flip().toString();
  }

  @Override
  public String finish() {
    CharBuffer out = CharBuffer.allocate(MOST_PENDING + 1);
    decoder.decode(ByteBuffer.wrap(pending), out, true);
    decoder.flush(out);
    decoder.reset();
    pending = new byte[0];
    return out.flip().toString();
  }
}
