package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Check;

/**
 * The shape of a text encoder.
 *
 * @param vocabulary different tokens
 * @param length tokens of a prompt
 * @param width features of a token, a multiple of {@code heads}
 * @param layers transformer layers
 * @param heads of attention
 * @param inner features between the two linear layers of an MLP
 * @param activation between them
 * @param epsilon of its layer norms
 */
public record ClipConfig(
    int vocabulary,
    int length,
    int width,
    int layers,
    int heads,
    int inner,
    Gelu activation,
    double epsilon) {

  /** Which form of x·Φ(x). */
  public enum Gelu {
    /** x·Φ(x) with the normal distribution's Φ: Stable Diffusion 2. */
    EXACT,
    /** x·σ(1.702·x): Stable Diffusion 1. */
    QUICK
  }

  public ClipConfig {
    Check.range("vocabulary", vocabulary, 1, 10_000_000);
    Check.range("length of a prompt", length, 1, 100_000);
    Check.range("width", width, 1, 100_000);
    Check.range("layers", layers, 1, 1000);
    Check.range("heads", heads, 1, width);
    Check.range("inner width", inner, 1, 1_000_000);
    Check.that(
        width % heads == 0,
        "width = %d is no multiple of the %d heads of attention.".formatted(width, heads));
  }
}
