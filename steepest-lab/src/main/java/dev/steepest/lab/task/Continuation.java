package dev.steepest.lab.task;

import dev.steepest.lab.train.Autocast;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Tokens that a model goes on with, drawn one by one.
 *
 * @param temperature by which logits are divided; 0 takes the likeliest token
 * @param topK only so many of the likeliest tokens can be drawn; 0 for all
 * @param seed of the draws
 */
public record Continuation(double temperature, int topK, long seed) {
  public Continuation {
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new IllegalArgumentException(
          "temperature = " + temperature + " is out of range: allowed is 0 to 100.");
    }
    if (topK < 0) {
      throw new IllegalArgumentException(
          "topK = " + topK + " is out of range: allowed is 0 (all) or more.");
    }
  }

  /**
   * Draws tokens until there are so many or the end of a text is drawn. The model sees the last of
   * them, as many as its context holds.
   *
   * @param prompt at least one token
   * @param vocabulary only tokens below are drawn: a network may have more than the tokenizer
   * @param end the token that ends a text
   * @param listener gets each token as it is drawn, without {@code end}
   * @return how many were drawn
   * @throws IllegalArgumentException if the prompt has tokens that the model does not know
   */
  public int draw(
      TrainedLanguageModel model,
      int[] prompt,
      int most,
      int vocabulary,
      int end,
      IntConsumer listener) {
    long[] tokens = new long[prompt.length + most];
    for (int i = 0; i < prompt.length; i++) {
      if (prompt[i] >= model.vocabulary()) {
        throw new IllegalArgumentException(
            "The prompt has token %d, but the model was trained with %d tokens; use the tokenizer of its text."
                .formatted(prompt[i], model.vocabulary()));
      }
      tokens[i] = prompt[i];
    }
    int known = Math.min(vocabulary, model.vocabulary());
    try (PointerScope _ = new PointerScope()) {
      var generator = new GeneratorOptional(torch.make_generator_cpu(seed));
      for (int drawn = 0; drawn < most; drawn++) {
        int length = prompt.length + drawn;
        int from = (int) Math.max(0, length - (long) model.network().context());
        int token = next(model, known, Arrays.copyOfRange(tokens, from, length), generator);
        if (token == end) {
          return drawn;
        }
        tokens[length] = token;
        listener.accept(token);
      }
      return most;
    }
  }

  private int next(
      TrainedLanguageModel model, int known, long[] seen, GeneratorOptional generator) {
    try (PointerScope _ = new PointerScope();
        Autocast _ = Autocast.on(model.device(), model.precision())) {
      Tensor tokens_1T = torch.empty(new long[] {1, seen.length}).to(ScalarType.Long);
      new LongPointer(tokens_1T.data_ptr()).put(seen);
      Tensor logits_1V = model.network().next(tokens_1T.to(model.device(), ScalarType.Long));
      Tensor logits_V = logits_1V.squeeze(0).narrow(0, 0, known).cpu().to(ScalarType.Double);
      return (int) choose(logits_V, generator).item_long();
    }
  }

  private Tensor choose(Tensor logits_V, GeneratorOptional generator) {
    if (temperature == 0) {
      return logits_V.argmax();
    }
    long kept = topK == 0 ? logits_V.numel() : Math.min(topK, logits_V.numel());
    T_TensorTensor_T top = logits_V.div(new Scalar(temperature)).topk(kept);
    Tensor place = top.get0().softmax(-1).multinomial(1, false, generator);
    return top.get1().index_select(0, place);
  }
}
