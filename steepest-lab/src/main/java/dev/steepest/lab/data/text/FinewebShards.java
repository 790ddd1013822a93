package dev.steepest.lab.data.text;

import dev.steepest.lab.data.source.Fetchable;
import dev.steepest.lab.data.source.RemoteFile;
import dev.steepest.lab.data.text.token.ShardHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The first shards of FineWeb's sample as kjj0/fineweb10B-gpt2 holds them: the validation shard and
 * as many of training as asked for. No digests are published; a download must be a whole shard of
 * the announced number of tokens.
 *
 * @param shards of training, 1 … {@value #MOST}
 * @param place address of the folder that holds the files, with a slash at its end
 * @param tokens in each shard
 */
public record FinewebShards(int shards, String place, int tokens) implements Fetchable {

  /** Whole shards of training; one incomplete shard more is left out. */
  public static final int MOST = 102;

  /** Enough for one run of the speedruns' record #5 and its successors' 0.9 billion tokens. */
  public static final int USUAL = 9;

  private static final String OFFICIAL =
      "https://huggingface.co/datasets/kjj0/fineweb10B-gpt2/resolve/main/";
  private static final int OFFICIAL_TOKENS = 100_000_000;

  public FinewebShards {
    if (shards < 1 || shards > MOST) {
      throw new IllegalArgumentException(
          "fineweb10B has 1 … %d whole training shards, got %d".formatted(MOST, shards));
    }
  }

  /** At their official address. */
  public FinewebShards(int shards) {
    this(shards, OFFICIAL, OFFICIAL_TOKENS);
  }

  @Override
  public String name() {
    return Fineweb.NAME;
  }

  @Override
  public List<RemoteFile> files() {
    return Stream.concat(
            Stream.of("fineweb_val_000000.bin"),
            IntStream.rangeClosed(1, shards).mapToObj("fineweb_train_%06d.bin"::formatted))
        .map(file ->
            RemoteFile.plain(
                place + file,
                Fineweb.NAME + "/" + file,
                ShardHeader.fileBytes(tokens),
                FinewebShards::objection))
        .toList();
  }

  private static Optional<String> objection(Path file) throws IOException {
    List<String> problems = ShardHeader.problems(file);
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }
}
