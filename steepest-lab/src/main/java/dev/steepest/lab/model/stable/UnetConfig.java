package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Check;
import java.util.List;

/**
 * The shape of a U-Net of Stable Diffusion.
 *
 * @param in channels of a latent
 * @param out channels of the answer
 * @param levels from the finest resolution to the coarsest, each half of that before it
 * @param layers residual blocks of a level on the way down; one more on the way up
 * @param groups of its group norms
 * @param epsilon of the group norms in residual blocks
 * @param context features of a token of the prompt
 * @param entry how pixels become the tokens of a transformer
 * @param scores in which type attention weighs
 */
public record UnetConfig(
    int in,
    int out,
    List<Level> levels,
    int layers,
    int groups,
    double epsilon,
    int context,
    Entry entry,
    Scores scores) {

  /**
   * A resolution.
   *
   * @param channels of its maps
   * @param heads of its attention
   * @param attention whether its pixels see each other and the prompt
   */
  public record Level(int channels, int heads, Attention attention) {}

  /** What a level's residual blocks are followed by. */
  public enum Attention {
    NONE,
    /** A transformer over pixels and prompt. */
    CROSS
  }

  /** The layer on either side of a transformer; the same product, with weights of other shapes. */
  public enum Entry {
    /** A 1×1 convolution: Stable Diffusion 1. */
    CONVOLUTION,
    /** A linear layer: Stable Diffusion 2. */
    LINEAR
  }

  /** The type of q·kᵀ and its softmax. */
  public enum Scores {
    AS_WEIGHTS,
    /** At least float32. */
    UPCAST
  }

  public UnetConfig {
    levels = List.copyOf(levels);
    Check.range("channels of a latent", in, 1, 1000);
    Check.range("channels of the answer", out, 1, 1000);
    Check.range("levels", levels.size(), 1, 10);
    Check.range("layers of a level", layers, 1, 100);
    Check.range("groups of a norm", groups, 1, 100_000);
    Check.range("features of the prompt", context, 1, 1_000_000);
    for (Level level : levels) {
      Check.range("channels of a level", level.channels(), 2, 1_000_000);
      Check.range("heads of a level", level.heads(), 1, level.channels());
      Check.that(
          level.channels() % groups == 0 && level.channels() % level.heads() == 0,
          "%d channels of a level are no multiple of %d groups and %d heads."
              .formatted(level.channels(), groups, level.heads()));
    }
    Check.that(
        levels.getFirst().channels() % 2 == 0,
        "The %d channels of the finest level are no even number."
            .formatted(levels.getFirst().channels()));
  }

  /** Features of the time step, as residual blocks are told it. */
  long timeFeatures() {
    return 4L * levels.getFirst().channels();
  }
}
