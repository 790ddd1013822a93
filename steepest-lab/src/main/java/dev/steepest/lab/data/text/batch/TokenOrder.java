package dev.steepest.lab.data.text.batch;

/** The order of blocks in training. Both see every prediction of the corpus equally often. */
public enum TokenOrder {
  /** As the text stands, the end followed by the beginning: the speedruns' order. */
  SEQUENTIAL,
  /** Blocks of one context, permuted anew for each pass by (seed, pass). */
  SHUFFLED
}
