package dev.steepest.lab.data.text.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * GPT-2's byte-pair encoding ({@code r50k_base}; Radford et al., 2019): 50,256 strings of bytes and
 * the end of text. The vocabulary comes with the program; nothing is downloaded.
 */
public final class Gpt2Tokenizer implements Tokenizer {

  private static final int END_OF_TEXT = 50_256;
  private static final byte[] UNKNOWN_BYTES = REPLACEMENT.getBytes(StandardCharsets.UTF_8);

  /** Reads the vocabulary, which takes some 0.2 s, when it is first needed. */
  private static final class Vocabulary {
    static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
  }

  @Override
  public String name() {
    return "gpt2";
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
    return "r50k_base";
  }

  @Override
  public int[] encode(String text) {
    return Vocabulary.ENCODING.encodeOrdinary(text).toArray();
  }

  @Override
  public String decode(int... tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * tokens.length);
    for (int token : tokens) {
      bytes.writeBytes(bytes(token));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public TokenDecoder decoder() {
    return new Utf8Decoder(Gpt2Tokenizer::bytes);
  }

  private static byte[] bytes(int token) {
    if (token < 0 || token > END_OF_TEXT) {
      return UNKNOWN_BYTES;
    }
    IntArrayList one = new IntArrayList(1);
    one.add(token);
    return Vocabulary.ENCODING.decodeBytes(one);
  }
}
