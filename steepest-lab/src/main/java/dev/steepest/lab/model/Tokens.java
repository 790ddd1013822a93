package dev.steepest.lab.model;

/**
 * What a language model reads: the part of its shape that the data set decides.
 *
 * @param vocabulary number of different tokens in the data, at least 2; a network may have more
 */
public record Tokens(int vocabulary) {
  public Tokens {
    Check.range("vocabulary", vocabulary, 2, 1_000_000);
  }
}
