package dev.steepest.lab.data.text;

import dev.steepest.lab.data.text.token.TokenCorpus;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import dev.steepest.lab.data.text.tokenizer.Tokenizers;
import java.nio.file.Path;

/**
 * Text of any folder, tokenised into memory when it is loaded: two bytes per token, four where the
 * vocabulary is above 65,536. Each document is preceded by the end of text.
 *
 * <p>Held out are the last documents of the training files: first those of the test set, if the
 * folder has no test files of its own, then those of validation. A share that makes no whole
 * document is taken in tokens.
 */
final class TextFolder implements TextSource {

  @Override
  public String name() {
    return "text";
  }

  @Override
  public String about() {
    return "text, JSON lines or Parquet of any folder, tokenised when it is loaded";
  }

  @Override
  public String defaultFolder() {
    return "";
  }

  @Override
  public TokenSets load(TextOptions options, Path folder, Path dataFolder) {
    TextFiles files = TextFiles.in(folder);
    Tokenizer tokenizer = Tokenizers.named(options.tokenizer(), dataFolder);
    int vocabulary = options.vocabulary() == 0 ? tokenizer.vocabulary() : options.vocabulary();
    EncodedText text =
        EncodedText.read(files.train(), options.key(), tokenizer, options.documents(), 0);
    TokenCorpus test;
    if (files.test().isEmpty()) {
      test = text.last(options.test());
      text = text.withoutLast(options.test());
    } else {
      long enough = options.testTokens() == 0 ? 0 : options.testTokens() + 1;
      test = EncodedText.read(files.test(), options.key(), tokenizer, 0, enough).corpus();
    }
    TokenCorpus validation = text.last(options.validation());
    TokenCorpus train = text.withoutLast(options.validation()).corpus();
    return new TokenSets(
            TokenFolder.first(train, options.limit()),
            validation,
            TokenFolder.predicting(test, options.testTokens()),
            tokenizer,
            vocabulary)
        .checked(folder);
  }
}
