package dev.steepest.lab.data.text;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.TokenCorpus;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tokens of a language task. Training fits, validation selects, test is looked at once.
 *
 * @param train what the model learns from; at least two tokens
 * @param validation held out of training; may be empty where nothing is selected
 * @param test never used for selection; at least two tokens
 * @param tokenizer that made the tokens, for sampled text
 * @param vocabulary all tokens are below it
 */
public record TokenSets(
    TokenCorpus train,
    TokenCorpus validation,
    TokenCorpus test,
    Tokenizer tokenizer,
    int vocabulary) {

  /**
   * Loads text or maps token files.
   *
   * @param dataFolder see {@link dev.steepest.lab.data.source.DataFolder}
   * @throws DataException listing every missing or damaged file, tokens beyond the vocabulary, or
   *     text that is too little to be divided
   */
  public static TokenSets load(TextOptions options, Path dataFolder) {
    TextSource source = TextSources.named(options.name());
    String folder = options.folder().isEmpty() ? source.defaultFolder() : options.folder();
    if (folder.isEmpty()) {
      throw new DataException(
          "Cannot load " + source.name(),
          List.of("data.folder is not given"),
          "Name the folder that holds it, relative to %s or absolute.".formatted(dataFolder));
    }
    return source.load(options, dataFolder.resolve(folder), dataFolder);
  }

  /** SHA-256 of each part, by {@code train}, {@code validation} and {@code test}. */
  public Map<String, String> checksums() {
    return new TreeMap<>(
        Map.of(
            "train", train.sha256(),
            "validation", validation.sha256(),
            "test", test.sha256()));
  }

  /** These sets, if their tokens are of the vocabulary and no part is too short. */
  TokenSets checked(Path folder) {
    List<String> problems = new ArrayList<>();
    List.of(train, validation, test).forEach(part -> problems.addAll(part.beyond(vocabulary)));
    if (train.length() < 2) {
      problems.add("%s: leaves %d tokens to train on".formatted(folder, train.length()));
    }
    if (test.length() < 2) {
      problems.add("%s: leaves %d tokens to test with".formatted(folder, test.length()));
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "Cannot use the text",
          problems,
          "Tokens must come from the tokenizer and vocabulary that the settings name, and a text"
              + " must be long enough to be divided.");
    }
    return this;
  }
}
