package dev.steepest.lab.data.text.tokenizer;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.source.Digest;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Any tokenizer that Hugging Face's library wrote as {@code tokenizer.json}, run by that library
 * through the natives of DJL. Nothing is downloaded and nobody is told.
 *
 * <p>What the library would do beside tokenising is switched off: truncation, padding, added
 * beginnings and ends, and the recognition of special tokens within text. A tokenizer that
 * normalises (lower case, Unicode forms) gives back the normalised text.
 */
public final class JsonTokenizer implements Tokenizer {

  private static final Cleaner CLEANER = Cleaner.create();

  private final TokenizerFile file;
  private final String fingerprint;
  private final HuggingFace.Handle handle;

  private JsonTokenizer(TokenizerFile file, String fingerprint) {
    this.file = file;
    this.fingerprint = fingerprint;
    this.handle = HuggingFace.create(file);
    CLEANER.register(this, handle::free);
  }

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws DataException if the file cannot be read, is no tokenizer or names no end of text, or
   *     if this machine has no native library for it
   */
  public static JsonTokenizer read(Path path) {
    try {
      byte[] content = Files.readAllBytes(path);
      String digest = HexFormat.of().formatHex(Digest.Algorithm.SHA_256.start().digest(content));
      return new JsonTokenizer(TokenizerFile.parse(path, content), digest);
    } catch (IOException e) {
      throw new DataException(
          "Cannot read the tokenizer", List.of(path + ": " + e.getMessage()), "", e);
    }
  }

  /** The path of the file. */
  @Override
  public String name() {
    return file.path().toString();
  }

  @Override
  public int vocabulary() {
    return file.vocabulary();
  }

  @Override
  public int endOfText() {
    return file.endOfText();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public int[] encode(String text) {
    try {
      return Arrays.stream(handle.encode(text)).mapToInt(Math::toIntExact).toArray();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public String decode(int... tokens) {
    StringBuilder text = new StringBuilder();
    List<Integer> ordinary = new ArrayList<>();
    for (int token : tokens) {
      if (ordinary(token)) {
        ordinary.add(token);
      } else {
        text.append(decodeOrdinary(ordinary)).append(file.special(token).orElse(REPLACEMENT));
        ordinary.clear();
      }
    }
    return text.append(decodeOrdinary(ordinary)).toString();
  }

  @Override
  public TokenDecoder decoder() {
    return new GrowingDecoder(this::decode);
  }

  private boolean ordinary(int token) {
    return token >= 0 && token < file.vocabulary() && file.special(token).isEmpty();
  }

  private String decodeOrdinary(List<Integer> tokens) {
    try {
      return tokens.isEmpty()
          ? ""
          : handle.decode(tokens.stream().mapToLong(Integer::longValue).toArray());
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
