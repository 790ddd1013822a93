package dev.steepest.cli;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.fetch.Fetch;
import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.data.source.Fetchable;
import dev.steepest.lab.data.source.RemoteFile;
import dev.steepest.lab.data.text.FoundText;
import dev.steepest.tensor.Native;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings data sets here and checks them. */
@Command(
    name = "data",
    description = "Fetch, prepare, verify and list data sets.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(fetch | prepare | verify | list)",
    subcommands = PrepareCommand.class)
final class DataCommand implements Runnable {
  private final Console console;

  DataCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new UserError(
        "Say what to do with data: fetch, prepare, verify or list (see 'steepest data --help').");
  }

  private static final class Folder {
    @Option(
        names = {"--data-dir", "--data_root"},
        paramLabel = "DIR",
        description = "Folder of data sets (else $STEEPEST_DATA, else ~/.steepest/data).")
    private Optional<Path> given = Optional.empty();

    private Path path() {
      return DataFolder.resolve(given);
    }
  }

  @Command(
      name = "list",
      description = "List the data sets and whether they are here.",
      mixinStandardHelpOptions = true)
  int list(@picocli.CommandLine.Mixin Folder folder) {
    Native.prepare();
    console.say("Data folder: " + folder.path());
    for (DataSource source : DataSources.all()) {
      console.say(
          "%-13s %-10s %s".formatted(source.name(), state(source, folder.path()), source.about()));
    }
    TextData.listing(folder.path()).forEach(console::say);
    return 0;
  }

  private static String state(DataSource source, Path folder) {
    return switch (source.presence(folder)) {
      case BUILT_IN -> "built in";
      case HERE -> "here";
      case DAMAGED -> "damaged";
      case NOT_HERE -> "not here";
      case GIVEN -> "yours";
    };
  }

  @Command(
      name = "fetch",
      description =
          "Download data sets from their official addresses; interrupted downloads resume.",
      mixinStandardHelpOptions = true)
  int fetch(
      @picocli.CommandLine.Mixin Folder folder,
      @Parameters(
              arity = "1..*",
              paramLabel = "NAME",
              description = "e.g. cifar10 mnist fineweb10B weights/timm-resnet18")
          List<String> names,
      @Option(
              names = "--shards",
              paramLabel = "N",
              description = "Of fineweb10B: training shards of 200 MB, 1 to 102 (default: 9).")
          Integer shards) {
    Fetch fetch = new Fetch();
    OptionalInt count = shards == null ? OptionalInt.empty() : OptionalInt.of(shards);
    List<Fetchable> wanted = names.stream().map(name -> TextData.fetchable(name, count)).toList();
    for (Fetchable source : wanted) {
      List<RemoteFile> fetched =
          fetch.fetch(
              source,
              folder.path(),
              (file, done, total) ->
                  console.show(
                      String.format(
                          Locale.ROOT,
                          "%s  %.1f of %.1f MB",
                          file.fileName(),
                          done / 1e6,
                          total / 1e6)));
      console.say(
          source.files().isEmpty()
              ? source.name() + ": built in, nothing to fetch"
              : fetched.isEmpty()
                  ? source.name() + ": was here already in " + folder.path()
                  : source.name() + ": fetched and verified, in " + folder.path());
    }
    return 0;
  }

  @Command(
      name = "verify",
      description =
          "Read data sets completely and print their SHA-256; exit code 2 if one is missing or damaged.",
      mixinStandardHelpOptions = true)
  int verify(
      @picocli.CommandLine.Mixin Folder folder,
      @Parameters(
              arity = "0..*",
              paramLabel = "NAME",
              description = "all, if none is given; also a folder or zip archive of images")
          List<String> names) {
    Native.prepare();
    List<String> problems = new ArrayList<>();
    List<String> given = names == null ? List.of() : names;
    List<FoundText> texts =
        FoundText.in(folder.path()).stream()
            .filter(text -> given.isEmpty() || given.contains(text.folder()))
            .toList();
    List<String> images =
        given.stream()
            .filter(name -> texts.stream().noneMatch(text -> text.folder().equals(name)))
            .toList();
    for (FoundText text : texts) {
      try {
        console.say(TextData.verified(text, folder.path()));
      } catch (DataException e) {
        problems.add(e.getMessage());
      }
    }
    boolean onlyTexts = !given.isEmpty() && images.isEmpty();
    for (ImageCheck check :
        onlyTexts ? List.<ImageCheck>of() : ImageCheck.of(images, folder.path())) {
      try {
        console.say(check.verified(folder.path()));
      } catch (DataException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new UserError(String.join("\n", problems));
    }
    return 0;
  }
}
