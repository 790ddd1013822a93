package dev.steepest.lab.catalog;

import dev.steepest.lab.data.text.TextOptions;
import dev.steepest.lab.data.text.TextSource;
import dev.steepest.lab.data.text.TextSources;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The data sets of language models, and their keys. */
final class TextKeys {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private static final Key FOLDER =
      new Key(
          "folder",
          Key.Type.WORD,
          Optional.empty(),
          "",
          _ -> true,
          List.of(),
          "within the folder of data sets, or a path of its own");
  private static final Key TOKENIZER =
      Key.word(
          "tokenizer",
          "gpt2",
          List.of(),
          "gpt2, bytes, or the path of a tokenizer.json (Hugging Face)");

  private TextKeys() {}

  static List<Term> all() {
    return TextSources.all().stream().map(TextKeys::term).toList();
  }

  private static Term term(TextSource source) {
    Stream<Key> own = source.defaultFolder().isEmpty() ? Stream.of(FOLDER) : Stream.of();
    return new Term(
        source.name(), source.about(), Stream.concat(own, common()).toList(), List.of());
  }

  private static Stream<Key> common() {
    return Stream.of(
        TOKENIZER,
        Key.whole("vocabulary", 0, 0, 1_000_000, "tokens are below it; 0 = what the tokenizer has"),
        Key.word("field", "text", List.of(), "of JSON lines and Parquet that holds the text"),
        Key.whole("documents", 0, 0, UNBOUNDED, "of text: use only the first so many; 0 = all"),
        Key.word(
            "order",
            "shuffled",
            List.of("shuffled", "sequential"),
            "of the sequences in training; shuffled anew for each pass"),
        Key.number(
            "validation",
            0.05,
            "[0, 0.5)",
            v -> v >= 0 && v < 0.5,
            "share held out at the end of the training text"),
        Key.number(
            "test",
            TextOptions.DEFAULT_TEST,
            "(0, 0.5)",
            v -> v > 0 && v < 0.5,
            "share held out for the test where the folder has no text for it"),
        Key.whole(
            "validation_tokens", 0, 0, UNBOUNDED, "of it looked at on the way; 0 = all of it"),
        Key.whole("test_tokens", 0, 0, UNBOUNDED, "of the test text looked at; 0 = all of it"),
        Key.whole("limit", 0, 0, UNBOUNDED, "train on the first so many tokens; 0 = all"));
  }
}
