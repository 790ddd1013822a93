package dev.steepest.lab.bench;

import dev.steepest.lab.model.Gpt;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.MoeGpt;

/** The language networks whose speed is measured. */
public enum GptShape {
  /** 6 layers of 6×64 features over 512 tokens, GPT-2's vocabulary: 30 M parameters. */
  SMALL(8, 512) {
    @Override
    public LanguageNetwork network(long seed) {
      return new Gpt(new Gpt.Config(50_304, 512, 6, 6, 384), seed);
    }
  },
  /** Record #5 of the NanoGPT speedrun: 12 layers of 6×128 features over 1,024 tokens, 124 M. */
  RECORD5(8, 1024) {
    @Override
    public LanguageNetwork network(long seed) {
      return Gpt.speedrun(seed);
    }
  },
  /** Six layers of 8 experts of which 2 are chosen, over 512 tokens: 79 M, 37 M at work. */
  MOE(8, 512) {
    @Override
    public LanguageNetwork network(long seed) {
      return MoeGpt.published(seed);
    }
  };

  private final int batch;
  private final int context;

  GptShape(int batch, int context) {
    this.batch = batch;
    this.context = context;
  }

  /** The network, on the CPU. */
  public abstract LanguageNetwork network(long seed);

  /** Sequences of a step, unless said otherwise. */
  public int batch() {
    return batch;
  }

  /** Tokens of a sequence. */
  public int context() {
    return context;
  }
}
