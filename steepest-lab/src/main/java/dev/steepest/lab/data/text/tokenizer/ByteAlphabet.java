package dev.steepest.lab.data.text.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * GPT-2's letters for bytes: each byte has a printable character, so that merges of bytes can be
 * written as text. Printable bytes stand for themselves, the others for U+0100 onwards in order
 * (Radford et al., 2019, {@code bytes_to_unicode}).
 */
final class ByteAlphabet {
  private static final int BYTES = 256;
  private static final char[] LETTERS = letters();

  private ByteAlphabet() {}

  private static char[] letters() {
    char[] letters = new char[BYTES];
    char next = BYTES;
    for (int b = 0; b < BYTES; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
      letters[b] = printable ? (char) b : next++;
    }
    return letters;
  }

  /** The text's UTF-8 bytes, a letter each. */
  static String spell(String text) {
    StringBuilder spelled = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      spelled.append(LETTERS[Byte.toUnsignedInt(b)]);
    }
    return spelled.toString();
  }
}
