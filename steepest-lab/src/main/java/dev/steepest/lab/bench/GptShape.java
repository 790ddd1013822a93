package dev.steepest.lab.bench;

import dev.steepest.lab.model.Gpt;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.MoeGpt;

/** The language networks whose speed is measured. */
public enum GptShape {
  /** 6 layers of 6×64 features over 512 tokens, GPT-2's vocabulary: 30 M parameters. */
  SMALL {
    @Override
    public LanguageNetwork network(Gpt.Activations activations, long seed) {
      return new Gpt(new Gpt.Config(50_304, 512, 6, 6, 384, activations), seed);
    }
  },
  /** Record #5 of the NanoGPT speedrun: 12 layers of 6×128 features over 1,024 tokens, 124 M. */
  RECORD5 {
    @Override
    public LanguageNetwork network(Gpt.Activations activations, long seed) {
      return new Gpt(new Gpt.Config(50_304, 1024, 12, 6, 768, activations), seed);
    }
  },
  /** Six layers of 8 experts of which 2 are chosen, over 512 tokens: 79 M, 37 M at work. */
  MOE {
    @Override
    public LanguageNetwork network(Gpt.Activations activations, long seed) {
      if (activations != Gpt.Activations.KEPT) {
        throw new IllegalArgumentException(
            "The mixture of experts keeps its activations: dropout would not repeat. Say kept.");
      }
      return MoeGpt.published(seed);
    }
  };

  /**
   * The network, on the CPU.
   *
   * @throws IllegalArgumentException if it cannot do so with its activations
   */
  public abstract LanguageNetwork network(Gpt.Activations activations, long seed);
}
