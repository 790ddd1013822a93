package dev.steepest.lab.data.text.tokenizer;

/**
 * Text from tokens that arrive one by one: a character is handed out when all its bytes are there.
 * All that was handed out, joined, is what {@link Tokenizer#decode} says of all tokens. For one
 * thread.
 */
public interface TokenDecoder {

  /** The text that this token completes; often a word, sometimes nothing yet. */
  String append(int token);

  /** The rest: an unfinished character becomes U+FFFD. The decoder is then as new. */
  String finish();
}
