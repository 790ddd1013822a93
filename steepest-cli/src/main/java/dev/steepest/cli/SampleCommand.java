package dev.steepest.cli;

import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.data.text.tokenizer.TokenDecoder;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import dev.steepest.lab.data.text.tokenizer.Tokenizers;
import dev.steepest.lab.task.Continuation;
import dev.steepest.lab.task.TrainedLanguageModel;
import dev.steepest.lab.train.CpuSettings;
import dev.steepest.lab.train.DeviceChoice;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.tensor.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a trained language model go on with a text. */
@Command(
    name = "sample",
    description = {
      "Print text that a trained language model says, from the checkpoint of its run.",
      "The same seed gives the same text."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  steepest sample runs/gpt-speedrun-small --prompt 'It was a dark'",
      "  steepest sample runs/gpt-speedrun-small/RUN --tokens 400 --temperature 0.7 --samples 3"
    })
final class SampleCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "RUN",
      description = "Folder of a run, or of a study: then its run of the least test loss.")
  private Path folder;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What the text begins with (default: a text of its own).")
  private String prompt = "";

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Longest text to draw (default: ${DEFAULT-VALUE}).")
  private int tokens = 200;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Above 1 bolder, below 1 tamer, 0 always the likeliest (default: 0.8).")
  private double temperature = 0.8; // assumed: what readers of samples are used to

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw among the K likeliest tokens; 0 = all (default: ${DEFAULT-VALUE}).")
  private int topK = 50;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "How many texts, of seeds SEED, SEED + 1, … (default: ${DEFAULT-VALUE}).")
  private int samples = 1;

  @Option(names = "--seed", paramLabel = "SEED", description = "Of the draws (default: 1).")
  private long seed = 1;

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME",
      description = "In place of the one that the run names: gpt2, bytes or a tokenizer.json.")
  private Optional<String> tokenizer = Optional.empty();

  @Option(
      names = {"--data-dir", "--data_root"},
      paramLabel = "DIR",
      description = "Folder of data sets, where a tokenizer.json may lie.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, cpu, cuda:N or mps (default: ${DEFAULT-VALUE}).")
  private String device = "auto";

  SampleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    check();
    RunRecord run = run();
    Path checkpoint = RecordStore.checkpoint(run.folder());
    if (!Files.isRegularFile(checkpoint)) {
      throw new UserError(
          "%s has no checkpoint%s; make the run again without --drop-checkpoints."
              .formatted(run.folder(), run.finished() ? " any more" : " yet"));
    }
    try {
      Native.prepare();
      CpuSettings.apply(0);
      Tokenizer words =
          Tokenizers.named(tokenizer.orElseGet(() -> tokenizer(run)), DataFolder.resolve(data));
      try (TrainedLanguageModel model =
          new TrainedLanguageModel(run.spec(), checkpoint, DeviceChoice.resolve(device))) {
        console.note(heading(run, model));
        IntStream.range(0, samples).forEach(i -> console.say(text(model, words, seed + i)));
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }

  private void check() {
    if (tokens < 1 || tokens > 1_000_000) {
      throw new UserError("--tokens %d is out of range: 1 to 1000000.".formatted(tokens));
    }
    if (samples < 1 || samples > 10_000) {
      throw new UserError("--samples %d is out of range: 1 to 10000.".formatted(samples));
    }
  }

  private RunRecord run() {
    if (RecordStore.isRun(folder)) {
      return RecordStore.read(folder);
    }
    if (!Files.isDirectory(folder)) {
      throw new UserError("There is no folder %s.".formatted(folder));
    }
    List<RunRecord> runs =
        RecordStore.contents(folder).records().stream()
            .filter(run -> Files.isRegularFile(RecordStore.checkpoint(run.folder())))
            .toList();
    return runs.stream()
        .min(
            Comparator.comparingDouble(
                run -> run.last(Metric.TEST_LOSS).orElse(Double.POSITIVE_INFINITY)))
        .orElseThrow(() ->
            new UserError(
                "%s holds no run with a checkpoint; name the folder of a run or of a study."
                    .formatted(folder)));
  }

  private static String tokenizer(RunRecord run) {
    String key = "data.tokenizer";
    if (!run.spec().settings().has(key)) {
      throw new UserError("%s is no run on text: it has no %s.".formatted(run.folder(), key));
    }
    return run.spec().settings().text(key);
  }

  private static String heading(RunRecord run, TrainedLanguageModel model) {
    return String.format(
        Locale.ROOT,
        "%s, seed %d, step %d%s",
        run.spec().arm(),
        run.spec().seed(),
        model.position().step(),
        run.last(Metric.TEST_LOSS).isPresent()
            ? String.format(
                Locale.ROOT, ", test loss %.4f", run.last(Metric.TEST_LOSS).getAsDouble())
            : "");
  }

  private String text(TrainedLanguageModel model, Tokenizer words, long drawSeed) {
    int[] given = words.encode(prompt);
    int[] begin = new int[given.length + 1];
    begin[0] = words.endOfText();
    System.arraycopy(given, 0, begin, 1, given.length);
    TokenDecoder decoder = words.decoder();
    StringBuilder text = new StringBuilder(prompt);
    new Continuation(temperature, topK, drawSeed)
        .draw(
            model,
            begin,
            tokens,
            words.vocabulary(),
            words.endOfText(),
            token -> text.append(decoder.append(token)));
    return text.append(decoder.finish()).toString();
  }
}
