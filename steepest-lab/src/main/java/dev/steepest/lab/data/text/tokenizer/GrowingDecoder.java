package dev.steepest.lab.data.text.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The decoder of tokenizers that only say the text of a row of tokens: asks for the text of the
 * latest tokens without and with the new one, and hands out the difference. Tokens before the new
 * one are kept as its context, since a library may treat the first token of a row in another way.
 */
final class GrowingDecoder implements TokenDecoder {

  /** A character has at most four bytes: more tokens than that are no unfinished character. */
  private static final int MOST_PENDING = 4;

  private final Function<int[], String> decode;
  private final List<Integer> context = new ArrayList<>();
  private final List<Integer> pending = new ArrayList<>();

  GrowingDecoder(Function<int[], String> decode) {
    this.decode = decode;
  }

  @Override
  public String append(int token) {
    pending.add(token);
    String text = grown();
    boolean unfinished = text.endsWith(Tokenizer.REPLACEMENT) && pending.size() < MOST_PENDING;
    return unfinished ? "" : handOut(text);
  }

  @Override
  public String finish() {
    String text = handOut(grown());
    context.clear();
    return text;
  }

  private String handOut(String text) {
    context.clear();
    context.addAll(pending);
    pending.clear();
    return text;
  }

  private String grown() {
    List<Integer> all = new ArrayList<>(context);
    all.addAll(pending);
    String before = text(context);
    String after = text(all);
    return after.length() > before.length() ? after.substring(before.length()) : "";
  }

  private String text(List<Integer> tokens) {
    return decode.apply(tokens.stream().mapToInt(Integer::intValue).toArray());
  }
}
