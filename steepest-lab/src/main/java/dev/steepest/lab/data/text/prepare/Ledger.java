package dev.steepest.lab.data.text.prepare;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.files.Disk;
import dev.steepest.lab.data.source.Digest;
import dev.steepest.lab.data.text.prepare.TokenStream.Place;
import dev.steepest.lab.data.text.token.ShardHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code NAME.json} beside the shards: what they are made of, and which are finished. A
 * preparation that was killed goes on behind the last of them.
 *
 * @param of what the shards are made of
 * @param shards finished, in the order they were written
 * @param complete whether all are
 */
record Ledger(Making of, List<Entry> shards, boolean complete) {

  /** Of each input, so much of its beginning and end is hashed. */
  private static final int HASHED = 1 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** All that the bytes of the shards depend on. */
  record Making(
      String tokenizer,
      String fingerprint,
      String key,
      int shardTokens,
      int validationTokens,
      List<Input> validation,
      List<Input> inputs) {

    private String named() {
      return "%s (%s)".formatted(tokenizer, fingerprint);
    }
  }

  /** A file that was read: its name, length and SHA-256 of its first and last {@value #HASHED}. */
  record Input(String file, long bytes, String ends) {}

  /**
   * A finished shard.
   *
   * @param row of the plan's rows
   * @param then where the shard after it begins
   */
  record Entry(String file, int tokens, long documents, int row, Place then) {}

  static Path path(PreparationPlan plan) {
    return plan.folder().resolve(plan.name() + ".json");
  }

  /** What a plan's shards are made of; reads the ends of every input. */
  static Making making(PreparationPlan plan) throws IOException {
    return new Making(
        plan.tokenizer().name(),
        plan.tokenizer().fingerprint(),
        plan.key(),
        plan.shardTokens(),
        plan.validationInputs().isEmpty() ? plan.validationTokens() : 0,
        inputs(plan.validationInputs()),
        inputs(plan.inputs()));
  }

  /**
   * The ledger that is there, as far as its shards are too; an empty one for a new preparation.
   *
   * @throws DataException if the folder holds the shards of another preparation
   */
  static Ledger open(PreparationPlan plan, Making making) throws IOException {
    Path path = path(plan);
    if (!Files.exists(path)) {
      requireNoShards(plan);
      return new Ledger(making, List.of(), false);
    }
    Ledger there = read(path);
    List<String> differences = differences(there.of, making);
    if (!differences.isEmpty()) {
      throw new DataException(
          "%s holds the shards of another preparation".formatted(plan.folder()),
          differences,
          "Choose another --out or --name, or remove %s and the shards it lists.".formatted(path));
    }
    List<Entry> whole = new ArrayList<>();
    for (Entry entry : there.shards) {
      Path shard = plan.folder().resolve(entry.file);
      if (!Files.isRegularFile(shard)
          || Files.size(shard) != ShardHeader.fileBytes(entry.tokens)
          || !ShardHeader.problems(shard).isEmpty()) {
        break; // This one and those after it are written again.
      }
      whole.add(entry);
    }
    return new Ledger(
        making, List.copyOf(whole), there.complete && whole.size() == there.shards.size());
  }

  private static Ledger read(Path path) throws IOException {
    try {
      return MAPPER.readValue(Files.readAllBytes(path), Ledger.class);
    } catch (JacksonException e) {
      throw new DataException(
          "Cannot go on with the preparation",
          List.of("%s: %s".formatted(path, e.getOriginalMessage())),
          "It was not written by data prepare: remove it, or choose another --out.",
          e);
    }
  }

  private static void requireNoShards(PreparationPlan plan) throws IOException {
    if (!Files.isDirectory(plan.folder())) {
      return;
    }
    try (Stream<Path> files = Files.list(plan.folder())) {
      List<String> shards =
          files
              .map(file -> file.getFileName().toString())
              .filter(file ->
                  file.startsWith(plan.name() + "_") && file.matches(".*_(val|train)_\\d+\\.bin"))
              .sorted()
              .map(file -> plan.folder().resolve(file) + ": is there already")
              .toList();
      if (!shards.isEmpty()) {
        throw new DataException(
            "%s holds shards that nothing is known of".formatted(plan.folder()),
            shards,
            "Choose another --out or --name, or remove them.");
      }
    }
  }

  private static List<String> differences(Making there, Making now) {
    List<String> differences = new ArrayList<>();
    if (!there.fingerprint.equals(now.fingerprint)) {
      compare("tokenizer", there.named(), now.named(), differences);
    }
    compare("key", there.key, now.key, differences);
    compare("tokens per shard", there.shardTokens, now.shardTokens, differences);
    compare("validation tokens", there.validationTokens, now.validationTokens, differences);
    compare("validation inputs", there.validation, now.validation, differences);
    compare("inputs", there.inputs, now.inputs, differences);
    return differences;
  }

  private static void compare(String what, Object there, Object now, List<String> differences) {
    if (!there.equals(now)) {
      differences.add("%s: there %s, asked for %s".formatted(what, there, now));
    }
  }

  /** This ledger with one more shard. */
  Ledger with(Entry entry) {
    return new Ledger(of, Stream.concat(shards.stream(), Stream.of(entry)).toList(), false);
  }

  Ledger completed() {
    return new Ledger(of, shards, true);
  }

  /** Replaces the file at once. */
  void write(PreparationPlan plan) throws IOException {
    Path path = path(plan);
    Path part = path.resolveSibling(path.getFileName() + ".part");
    Files.createDirectories(plan.folder());
    Files.write(part, MAPPER.writeValueAsBytes(this));
    Disk.sync(part);
    Disk.moveIntoPlace(part, path);
  }

  private static List<Input> inputs(List<Path> files) throws IOException {
    List<Input> inputs = new ArrayList<>();
    for (Path file : files) {
      inputs.add(new Input(file.getFileName().toString(), Files.size(file), ends(file)));
    }
    return inputs;
  }

  private static String ends(Path file) throws IOException {
    MessageDigest digest = Digest.Algorithm.SHA_256.start();
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] block = new byte[(int) Math.min(HASHED, in.length())];
      in.readFully(block);
      digest.update(block);
      in.seek(in.length() - block.length);
      in.readFully(block);
      digest.update(block);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
