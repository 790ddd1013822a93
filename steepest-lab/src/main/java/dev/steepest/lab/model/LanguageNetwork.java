package dev.steepest.lab.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A causal transformer over tokens: the logits at a position depend on the tokens up to it.
 *
 * <p>Legend: B batch, T tokens, D features, V vocabulary.
 */
public abstract sealed class LanguageNetwork extends Network permits Gpt, GptLate2025, MoeGpt {
  /** The target of a position that has none, as behind the last token of a text. */
  public static final int IGNORED = Head.IGNORED;

  /** The key of every language network's setting for the number of its tokens. */
  static final String VOCABULARY = "vocabulary";

  private final Head head;
  private final int context;

  /**
   * What comes before the logits.
   *
   * @param features [B, T, D], what the head sees
   * @param penalties scalars that are added to the loss in training; none in evaluation
   */
  record Encoded(Tensor features, List<Tensor> penalties) {}

  LanguageNetwork(State state, Head head, int context) {
    super(state);
    this.head = head;
    this.context = context;
  }

  /**
   * What the logits of a batch say about its targets.
   *
   * @param loss the sum of the cross entropies, nats; a float64 scalar
   * @param hits how often the target has the largest logit; an int64 scalar
   * @param counted targets that are not {@link #IGNORED}; an int64 scalar
   */
  public record Judgement(Tensor loss, Tensor hits, Tensor counted) {}

  abstract Encoded encode(Tensor tokens);

  /** The work of a forward pass over sequences of so many tokens. */
  abstract Work work(long tokens);

  /** The longest sequence it takes, tokens. */
  public final int context() {
    return context;
  }

  /**
   * A state dict of the published PyTorch code under the names and shapes of this network, for
   * {@link #load}.
   *
   * @param values by the original's names; the second name of the tied head may be there or not
   * @throws IllegalArgumentException if that second name stands for other values
   */
  public abstract SequencedMap<String, Tensor> fromOriginal(Map<String, Tensor> values);

  /**
   * Computes the logits of every position.
   *
   * @param tokens int64 [B, T], T up to {@link #context()}
   * @return [B, T, V] in float32 also under autocast, float64 where the network is; at full size
   *     200 KB per token, which {@link #loss} avoids
   */
  @Override
  public final Tensor forward(Tensor tokens) {
    check(tokens);
    return head.logits(encode(tokens).features());
  }

  /**
   * Computes the mean cross entropy and, in training mode, adds the network's own penalties.
   *
   * <p>The logits are made and dropped in chunks. The price: the result can be differentiated once.
   * Whoever needs second derivatives through the graph takes {@link #forward} and a cross entropy.
   *
   * @param tokens int64 [B, T], T up to {@link #context()}
   * @param targets int64 [B, T], the token to predict at each position, or {@link #IGNORED}
   * @return a scalar of the logits' type, owned by the caller's scope; NaN if all targets are
   *     ignored
   */
  public final Tensor loss(Tensor tokens, Tensor targets) {
    check(tokens, targets);
    Encoded encoded = encode(tokens);
    Tensor loss = head.crossEntropy(encoded.features(), targets);
    for (Tensor penalty : encoded.penalties()) {
      loss = loss.add(penalty);
    }
    return loss;
  }

  /**
   * Compares the logits of every position with its target, without the network's penalties and
   * without a gradient; the logits are made and dropped in chunks.
   *
   * @param tokens int64 [B, T], T up to {@link #context()}
   * @param targets int64 [B, T], as for {@link #loss}
   * @return sums over the batch, owned by the caller's scope
   */
  public final Judgement evaluate(Tensor tokens, Tensor targets) {
    check(tokens, targets);
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return head.judge(encode(tokens).features(), targets);
    }
  }

  /**
   * Computes the logits of the token to come, without a gradient.
   *
   * @param tokens int64 [B, T], T up to {@link #context()}
   * @return [B, V], types as of {@link #forward}; owned by the caller's scope
   */
  public final Tensor next(Tensor tokens) {
    check(tokens);
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return head.logits(encode(tokens).features().select(1, -1));
    }
  }

  /**
   * Floating-point operations of forward and backward pass per token: 2 per multiply-add, the
   * backward pass twice the forward. Attention counts what causality and windows leave, experts the
   * chosen ones only; what is not a matrix product does not count.
   *
   * @param tokens of the sequences, 1 to {@link #context()}
   */
  public final double flopsPerToken(long tokens) {
    Check.range("tokens", tokens, 1, context);
    return work(tokens).flops();
  }

  /** The setting of the vocabulary, the same for all. */
  static Setting vocabularySetting(int standard) {
    return Setting.integer(
        VOCABULARY,
        standard,
        2,
        1_000_000,
        "tokens that the network knows, at least those of the data; rounded up for speed");
  }

  /** The setting of the longest sequence. */
  static Setting contextSetting(int standard) {
    return Setting.integer("context", standard, 1, 65_536, "tokens of a sequence");
  }

  /**
   * The vocabulary of a choice.
   *
   * @param ofData how many tokens the data has
   * @throws IllegalArgumentException if the data has tokens that the network would not know
   */
  static int vocabulary(Choice choice, int ofData) {
    int own = choice.integer(VOCABULARY);
    Check.that(
        own >= ofData,
        "vocabulary = %d of the network is smaller than the %d tokens of the data; set the network's"
                .formatted(own, ofData)
            + " vocabulary to %d or more, a multiple of 128 is fastest."
                .formatted((ofData + 127) / 128 * 128));
    return own;
  }

  private void check(Tensor tokens, Tensor targets) {
    check(tokens);
    Check.that(
        targets.scalar_type().intern() == ScalarType.Long
            && Arrays.equals(State.shape(tokens), State.shape(targets)),
        "targets are %s %s, but tokens are Long %s; give one int64 target per token, %d for none."
            .formatted(
                targets.scalar_type().intern(),
                Arrays.toString(State.shape(targets)),
                Arrays.toString(State.shape(tokens)),
                IGNORED));
  }

  private void check(Tensor tokens) {
    Check.that(
        tokens.scalar_type().intern() == ScalarType.Long
            && tokens.dim() == 2
            && tokens.size(1) >= 1
            && tokens.size(1) <= context,
        "tokens are %s %s; allowed is Long [batch, time] with time 1 to %d. Cut the text, or make"
                .formatted(
                    tokens.scalar_type().intern(), Arrays.toString(State.shape(tokens)), context)
            + " the network with a longer context.");
  }
}
