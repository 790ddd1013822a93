package dev.steepest.lab.data.text;

import dev.steepest.lab.data.text.document.Documents;

/**
 * Which text, and how it is divided.
 *
 * @param name of a {@link TextSource}: text, tokens or fineweb10B
 * @param folder relative to the data folder, or absolute; empty for the source's own
 * @param tokenizer name, see {@link dev.steepest.lab.data.text.tokenizer.Tokenizers#named}
 * @param key of the text in JSON lines and Parquet
 * @param vocabulary tokens must be below it; 0 for the tokenizer's
 * @param documents most documents that training, validation and a carved test set are made of; 0
 *     for all; of text only
 * @param validation share held out of training, [0, .5): the last documents of text, the last
 *     tokens of token files
 * @param test share held out as test set where the folder has none of its own, (0, .5)
 * @param limit most training tokens, from the start, after the others are held out; 0 for all
 * @param testTokens most tokens of the test set that are predicted, from the start; 0 for all
 */
public record TextOptions(
    String name,
    String folder,
    String tokenizer,
    String key,
    int vocabulary,
    long documents,
    double validation,
    double test,
    long limit,
    long testTokens) {

  /** The tokenizer unless another is asked for. */
  public static final String DEFAULT_TOKENIZER = "gpt2";

  /** The share for testing unless another is asked for. Assumed. */
  public static final double DEFAULT_TEST = 0.1;

  /** Most that may be held out, exclusive: more is trained on than is looked at. */
  private static final double HALF = 0.5;

  public TextOptions {
    if (!(validation >= 0 && validation < HALF)) {
      throw new IllegalArgumentException("validation must be in [0, 0.5), got " + validation);
    }
    if (!(test > 0 && test < HALF)) {
      throw new IllegalArgumentException("test must be in (0, 0.5), got " + test);
    }
    if (vocabulary < 0 || documents < 0 || limit < 0 || testTokens < 0) {
      throw new IllegalArgumentException(
          "vocabulary, documents, limit and test tokens must not be negative, got %d, %d, %d, %d"
              .formatted(vocabulary, documents, limit, testTokens));
    }
  }

  /** All of a source, tokenised for GPT-2, without a validation set. */
  public static TextOptions of(String name, String folder) {
    return new TextOptions(
        name, folder, DEFAULT_TOKENIZER, Documents.TEXT, 0, 0, 0, DEFAULT_TEST, 0, 0);
  }
}
