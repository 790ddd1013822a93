package dev.steepest.cli;

import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.data.source.Fetchable;
import dev.steepest.lab.data.text.FinewebShards;
import dev.steepest.lab.data.text.FoundText;
import dev.steepest.lab.data.text.TextSource;
import dev.steepest.lab.data.text.TextSources;
import dev.steepest.lab.data.text.TokenSets;
import dev.steepest.lab.weights.PublishedWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Text among the data sets that the command {@code data} deals with. */
final class TextData {
  private TextData() {}

  /** What {@code data fetch} brings for a name. */
  static Fetchable fetchable(String name, OptionalInt shards) {
    Optional<TextSource> text =
        TextSources.all().stream().filter(source -> source.name().equals(name)).findFirst();
    if (text.isEmpty()) {
      Optional<PublishedWeights> weights =
          PublishedWeights.all().stream().filter(known -> known.name().equals(name)).findFirst();
      if (weights.isPresent()) {
        return weights.get();
      }
      if (shards.isPresent()) {
        throw new UserError("--shards is of fineweb10B only, not of " + name);
      }
      return image(name);
    }
    if (!name.equals("fineweb10B")) {
      throw new UserError(
          "'%s' stands for any folder (%s): there is nothing to fetch. Known are %s."
              .formatted(name, text.get().about(), String.join(", ", fetchableNames())));
    }
    try {
      return new FinewebShards(shards.orElse(FinewebShards.USUAL));
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }

  private static DataSource image(String name) {
    try {
      return DataSources.named(name);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          e.getMessage()
              + "; and, as text, fineweb10B, and "
              + String.join(", ", PublishedWeights.names()));
    }
  }

  private static List<String> fetchableNames() {
    List<String> names = new ArrayList<>(DataSources.all().stream().map(DataSource::name).toList());
    names.add("fineweb10B");
    return names;
  }

  /** The lines of {@code data list}: text that is in the data folder, and what could be fetched. */
  static List<String> listing(Path dataFolder) {
    List<String> lines = new ArrayList<>();
    List<FoundText> found = FoundText.in(dataFolder);
    for (FoundText text : found) {
      lines.add("%-13s %-10s %s".formatted(text.folder(), "here", text.content()));
    }
    for (TextSource source : TextSources.all()) {
      if (!source.defaultFolder().isEmpty()
          && found.stream().noneMatch(text -> text.source().name().equals(source.name()))) {
        lines.add("%-13s %-10s %s".formatted(source.name(), "not here", source.about()));
      }
    }
    return lines;
  }

  /** The line of {@code data verify}. */
  static String verified(FoundText text, Path dataFolder) {
    TokenSets sets = text.load(dataFolder);
    return "%-13s %d train, %d test tokens (%s); sha256 %s (train) %s (test)"
        .formatted(
            text.folder(),
            sets.train().length(),
            sets.test().length(),
            sets.tokenizer().name(),
            sets.train().sha256().substring(0, 16),
            sets.test().sha256().substring(0, 16));
  }
}
