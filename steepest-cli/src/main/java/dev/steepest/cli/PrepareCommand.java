package dev.steepest.cli;

import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.data.text.TextOptions;
import dev.steepest.lab.data.text.document.Documents;
import dev.steepest.lab.data.text.prepare.Preparation;
import dev.steepest.lab.data.text.prepare.PreparationPlan;
import dev.steepest.lab.data.text.prepare.Prepared;
import dev.steepest.lab.data.text.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Turns text into files of tokens. */
@Command(
    name = "prepare",
    description = {
      "Turn text into shards of tokens, as the GPT speedruns read them.",
      "Streams: memory is bounded by one document. Interrupted, the same command goes on behind the",
      "last finished shard and writes the same bytes.",
      ""
    },
    footer = {
      "",
      "Text: .txt (documents are separated by a line <|endoftext|>), .jsonl, .parquet; all but Parquet",
      "also with .gz or .zst. Each document is preceded by the end of text.",
      "",
      "Examples:",
      "  steepest data prepare --in a.parquet b.parquet --out tokens",
      "  steepest data prepare --tokenizer bytes --in train.txt.gz --val-in val.txt.gz --out tokens"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PrepareCommand implements Callable<Integer> {
  private static final int SHARD_TOKENS = 100_000_000;

  private final Console console;

  @Option(
      names = "--in",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files of documents, in this order.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the shards.")
  private Path out = Path.of("");

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME",
      description = "gpt2, bytes, or a tokenizer.json of Hugging Face (default: ${DEFAULT-VALUE}).")
  private String tokenizer = TextOptions.DEFAULT_TOKENIZER;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Shards are NAME_val_000000.bin, NAME_train_000001.bin … (default: DIR's name).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--shard-tokens",
      paramLabel = "N",
      description = "Tokens per shard (default: ${DEFAULT-VALUE}).")
  private int shardTokens = SHARD_TOKENS;

  @Option(
      names = "--val-tokens",
      paramLabel = "N",
      description = "The first N tokens are for validation (default: as many as a shard has).")
  private Optional<Integer> validationTokens = Optional.empty();

  @Option(
      names = "--val-in",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Documents for validation, instead of the first tokens of --in.")
  private List<Path> validationInputs = List.of();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Key of the text in JSON lines, column in Parquet (default: ${DEFAULT-VALUE}).")
  private String key = Documents.TEXT;

  PrepareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PreparationPlan plan = plan();
    PreparationMeter meter = new PreparationMeter(console);
    Prepared prepared = Preparation.run(plan, meter);
    boolean written = prepared.kept() < prepared.validationShards() + prepared.trainShards();
    console.note(written ? meter.summary() : "Everything was there already.");
    console.say(
        String.format(
            Locale.ROOT,
            "%s: %,d documents; validation %,d tokens in %d shards, training %,d tokens in %d shards",
            prepared.folder().toAbsolutePath().normalize(),
            prepared.documents(),
            prepared.validationTokens(),
            prepared.validationShards(),
            prepared.trainTokens(),
            prepared.trainShards()));
    console.say(
        "In an experiment file:  data: {name: tokens, folder: %s, tokenizer: %s}"
            .formatted(prepared.folder().toAbsolutePath().normalize(), tokenizer));
    return 0;
  }

  private PreparationPlan plan() {
    if (shardTokens < 1 || validationTokens.orElse(1) < 1) {
      throw new UserError("--shard-tokens and --val-tokens must be at least 1");
    }
    if (!validationInputs.isEmpty() && validationTokens.isPresent()) {
      throw new UserError("--val-in and --val-tokens exclude each other: give one of them");
    }
    try {
      return new PreparationPlan(
          inputs,
          validationInputs,
          key,
          Tokenizers.named(tokenizer, DataFolder.resolve(Optional.empty())),
          out,
          name.orElseGet(() -> out.toAbsolutePath().normalize().getFileName().toString()),
          shardTokens,
          validationTokens.orElse(shardTokens));
    } catch (IllegalArgumentException e) {
      throw new UserError(e.getMessage() + "; give another --name");
    }
  }
}
