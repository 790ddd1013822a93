package dev.steepest.lab.data.text.tokenizer;

/**
 * Text to tokens and back. Immutable and safe for many threads.
 *
 * <p>Text is never parsed for commands: where a document spells out {@code <|endoftext|>}, its
 * letters become ordinary tokens, so that {@code decode(encode(text))} is the text and only the
 * program itself can place {@link #endOfText()}.
 */
public interface Tokenizer {

  /** What stands for a token that has no text. */
  String REPLACEMENT = "\uFFFD";

  /** As experiment files and records name it, e.g. {@code "gpt2"}. */
  String name();

  /** Number of tokens: every token is 0 … vocabulary − 1. */
  int vocabulary();

  /** The token that stands before each document and ends a generated one. */
  int endOfText();

  /** What this tokenizer computes, as SHA-256 or name and version: equal means equal tokens. */
  String fingerprint();

  /** The tokens of a text; never {@link #endOfText()}. */
  int[] encode(String text);

  /**
   * The text of these tokens. Bytes that form no character, and numbers that are no token (a
   * model's vocabulary may be padded), become U+FFFD.
   */
  String decode(int... tokens);

  /** A fresh decoder for tokens that arrive one by one. */
  TokenDecoder decoder();
}
