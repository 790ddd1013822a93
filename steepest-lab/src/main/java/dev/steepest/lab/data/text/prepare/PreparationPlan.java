package dev.steepest.lab.data.text.prepare;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.document.Documents;
import dev.steepest.lab.data.text.token.TokenWidth;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What becomes of which text.
 *
 * @param inputs files of documents, in this order
 * @param validationInputs files of documents for validation; where there are none, the first tokens
 *     of the inputs become the validation shard
 * @param key of the text in JSON lines and Parquet
 * @param tokenizer of a vocabulary up to 65,536, since shards hold 16 bits per token
 * @param folder where the shards go
 * @param name their names begin with it
 * @param shardTokens tokens per shard, at least 1; the last shard may have fewer
 * @param validationTokens tokens of the validation shard, at least 1; without effect where there
 *     are validation inputs
 */
public record PreparationPlan(
    List<Path> inputs,
    List<Path> validationInputs,
    String key,
    Tokenizer tokenizer,
    Path folder,
    String name,
    int shardTokens,
    int validationTokens) {

  /**
   * @throws DataException naming every input that cannot be read, or a vocabulary that is too large
   */
  public PreparationPlan {
    inputs = List.copyOf(inputs);
    validationInputs = List.copyOf(validationInputs);
    if (inputs.isEmpty() || shardTokens < 1 || validationTokens < 1) {
      throw new IllegalArgumentException(
          "needs an input and at least 1 token per shard, got %d inputs, %d and %d tokens"
              .formatted(inputs.size(), shardTokens, validationTokens));
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "a name of shards has letters, digits, '.', '_' and '-', got '%s'".formatted(name));
    }
    Documents.requireReadable(Stream.concat(validationInputs.stream(), inputs.stream()).toList());
    if (TokenWidth.of(tokenizer.vocabulary()) != TokenWidth.UINT16) {
      throw new DataException(
          "Cannot write shards",
          List.of(
              "%s has %d tokens, shards hold at most %d"
                  .formatted(
                      tokenizer.name(), tokenizer.vocabulary(), TokenWidth.UINT16_VOCABULARY)),
          "Train on the text itself (data.name: text), which is tokenised in memory.");
    }
  }

  /** The rows of shards to be written, in this order. */
  List<ShardRow> rows() {
    return validationInputs.isEmpty()
        ? List.of(new ShardRow(inputs, ShardRow.Part.BOTH))
        : List.of(
            new ShardRow(validationInputs, ShardRow.Part.VALIDATION),
            new ShardRow(inputs, ShardRow.Part.TRAIN));
  }

  /** Shards that are made of the same files. */
  record ShardRow(List<Path> files, Part part) {

    /** What the shards are for. */
    enum Part {
      VALIDATION,
      TRAIN,
      /** The first is for validation, the others for training. */
      BOTH
    }
  }

  /** The file of shard {@code index} of a row, from 0. Training begins with number 1. */
  Path shard(ShardRow row, int index) {
    boolean validation =
        row.part == ShardRow.Part.VALIDATION || (row.part == ShardRow.Part.BOTH && index == 0);
    int number = row.part == ShardRow.Part.TRAIN ? index + 1 : index;
    return folder.resolve("%s_%s_%06d.bin".formatted(name, validation ? "val" : "train", number));
  }

  /** How many tokens shard {@code index} of a row takes. */
  int capacity(ShardRow row, int index) {
    return row.part == ShardRow.Part.BOTH && index == 0 ? validationTokens : shardTokens;
  }
}
