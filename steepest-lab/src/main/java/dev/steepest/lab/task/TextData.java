package dev.steepest.lab.task;

import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.data.text.TextOptions;
import dev.steepest.lab.data.text.TextSources;
import dev.steepest.lab.data.text.TokenSets;
import dev.steepest.lab.data.text.batch.EvaluationBatches;
import dev.steepest.lab.data.text.batch.TokenBatches;
import dev.steepest.lab.data.text.batch.TokenOrder;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A text in tokens, divided as a run asks for it.
 *
 * @param sets train, validation and test, disjoint
 * @param order of the training sequences
 * @param validationTokens most tokens of the validation set that are looked at; 0 for all
 */
public record TextData(TokenSets sets, TokenOrder order, long validationTokens)
    implements TaskData {

  /** Whether a data set of this name is text. */
  static boolean holds(String name) {
    return TextSources.all().stream().anyMatch(source -> source.name().equals(name));
  }

  /**
   * Tokenises a text, or maps its tokens.
   *
   * @param data the section {@code data} of a run
   */
  static TextData load(Settings data, Path folder) {
    TextOptions options =
        new TextOptions(
            data.text("name"),
            data.has("folder") ? data.text("folder") : "",
            data.text("tokenizer"),
            data.text("field"),
            (int) data.whole("vocabulary"),
            data.whole("documents"),
            data.number("validation"),
            data.number("test"),
            data.whole("limit"),
            data.whole("test_tokens"));
    return new TextData(
        TokenSets.load(options, folder),
        TokenOrder.valueOf(data.text("order").toUpperCase(Locale.ROOT)),
        data.whole("validation_tokens"));
  }

  @Override
  public Task task(RunSpec spec, Prefetch prefetch) {
    return new LanguageModelling(spec, this);
  }

  TokenBatches training(int rows, int context, long seed) {
    return new TokenBatches(sets.train(), rows, context, order, seed);
  }

  EvaluationBatches validation(int rows, int context) {
    return new EvaluationBatches(sets.validation(), rows, context, validationTokens);
  }

  EvaluationBatches test(int rows, int context) {
    return new EvaluationBatches(sets.test(), rows, context, 0);
  }

  /** Files stay mapped until nothing refers to them. */
  @Override
  public void close() {}
}
