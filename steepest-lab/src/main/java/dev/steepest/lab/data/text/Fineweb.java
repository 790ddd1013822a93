package dev.steepest.lab.data.text;

import java.nio.file.Path;

/**
 * FineWeb's sample of 10 billion tokens (Penedo et al., 2024), encoded for GPT-2: the data of the
 * NanoGPT speedruns. Shard 0 is the validation set, which is the test set here.
 */
final class Fineweb implements TextSource {

  static final String NAME = "fineweb10B";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String about() {
    return "web pages as GPT-2 tokens, up to 10 billion in shards of 10^8 (Penedo et al., 2024)";
  }

  @Override
  public String defaultFolder() {
    return NAME;
  }

  @Override
  public TokenSets load(TextOptions options, Path folder, Path dataFolder) {
    return new TokenFolder().load(options, folder, dataFolder);
  }
}
