package dev.steepest.lab.data.text.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One token per byte of UTF-8: tokens 0 … 255 are the bytes, 256 is the end of text. Needs nothing,
 * and suits models too small for a large vocabulary.
 */
public final class ByteTokenizer implements Tokenizer {

  private static final int END_OF_TEXT = 256;
  private static final byte[] END_OF_TEXT_BYTES =
      Tokenizers.END_OF_TEXT.getBytes(StandardCharsets.UTF_8);
  private static final byte[] UNKNOWN_BYTES = REPLACEMENT.getBytes(StandardCharsets.UTF_8);

  @Override
  public String name() {
    return "bytes";
  }

  @Override
  public int vocabulary() {
    return END_OF_TEXT + 1;
  }

  @Override
  public int endOfText() {
    return END_OF_TEXT;
  }

  @Override
  public String fingerprint() {
    return "bytes";
  }

  @Override
  public int[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = bytes[i] & 0xFF;
    }
    return tokens;
  }

  @Override
  public String decode(int... tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(tokens.length);
    for (int token : tokens) {
      bytes.writeBytes(bytes(token));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public TokenDecoder decoder() {
    return new Utf8Decoder(ByteTokenizer::bytes);
  }

  private static byte[] bytes(int token) {
    if (token == END_OF_TEXT) {
      return END_OF_TEXT_BYTES;
    }
    return token >= 0 && token < END_OF_TEXT ? new byte[] {(byte) token} : UNKNOWN_BYTES;
  }
}
