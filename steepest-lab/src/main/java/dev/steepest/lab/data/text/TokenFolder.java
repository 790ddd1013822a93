package dev.steepest.lab.data.text;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.ShardSet;
import dev.steepest.lab.data.text.token.TokenCorpus;
import dev.steepest.lab.data.text.token.TokenFile;
import dev.steepest.lab.data.text.tokenizer.Tokenizer;
import dev.steepest.lab.data.text.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Token files of any folder: shards of the speedruns or nanoGPT's headerless files, mapped into
 * memory. Held out of training are its last tokens: first those of the test set, if the folder has
 * no validation files, then those of validation.
 */
final class TokenFolder implements TextSource {

  @Override
  public String name() {
    return "tokens";
  }

  @Override
  public String about() {
    return "token files of any folder: NAME_train_*.bin and NAME_val_*.bin, or train.bin and val.bin";
  }

  @Override
  public String defaultFolder() {
    return "";
  }

  @Override
  public TokenSets load(TextOptions options, Path folder, Path dataFolder) {
    if (options.documents() > 0) {
      throw new DataException(
          "Cannot load tokens from " + folder,
          List.of("data.documents: token files are not divided into documents"),
          "Limit them by tokens: data.limit.");
    }
    ShardSet shards = ShardSet.in(folder);
    Tokenizer tokenizer = Tokenizers.named(options.tokenizer(), dataFolder);
    int vocabulary = options.vocabulary() == 0 ? tokenizer.vocabulary() : options.vocabulary();
    List<TokenFile> files =
        TokenFile.open(
            Stream.concat(shards.train().stream(), shards.validation().stream()).toList(),
            shards.layout());
    TokenCorpus train = TokenCorpus.of(files.subList(0, shards.train().size()));
    TokenCorpus test = TokenCorpus.of(files.subList(shards.train().size(), files.size()));
    if (shards.validation().isEmpty()) {
      test = last(train, options.test());
      train = train.slice(0, train.length() - test.length());
    }
    TokenCorpus validation = last(train, options.validation());
    return new TokenSets(
            first(train.slice(0, train.length() - validation.length()), options.limit()),
            validation,
            predicting(test, options.testTokens()),
            tokenizer,
            vocabulary)
        .checked(folder);
  }

  /** The first tokens; 0 for all. */
  static TokenCorpus first(TokenCorpus corpus, long most) {
    return most == 0 ? corpus : corpus.slice(0, Math.min(most, corpus.length()));
  }

  /** As many tokens as it takes to predict so many; 0 for all. */
  static TokenCorpus predicting(TokenCorpus corpus, long most) {
    return first(corpus, most == 0 ? 0 : most + 1);
  }

  private static TokenCorpus last(TokenCorpus corpus, double share) {
    long count = Math.round(share * corpus.length());
    return corpus.slice(corpus.length() - count, count);
  }
}
