package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.embedding;

import dev.steepest.optim.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;

/**
 * One matrix that turns tokens into features on the way in and features into logits on the way out;
 * its gradient is the sum of both uses.
 *
 * <p>Legend: D features, V vocabulary.
 */
final class TokenTable {
  private final Tensor weight_VD;
  private final Head head;

  /** A table whose values begin as {@code initial}, [V, D]; counted as the weight of the head. */
  TokenTable(Site site, Tensor initial) {
    weight_VD = site.parameter("weight", Role.HEAD, initial);
    head = new Head(site, weight_VD, LogitCap.NONE);
  }

  /**
   * A state dict of the original code without its second name for the same matrix.
   *
   * @throws IllegalArgumentException if the two differ: then the head is not tied
   */
  static SequencedMap<String, Tensor> untied(
      Map<String, Tensor> values, String table, String head) {
    var one = new LinkedHashMap<>(values);
    Tensor second = one.remove(head);
    if (second != null && one.containsKey(table) && !second.equal(one.get(table))) {
      throw new IllegalArgumentException(
          "%s differs from %s, but here the two are one matrix; load a state with a tied head."
              .formatted(head, table));
    }
    return one;
  }

  /** Tokens, int64 of any shape → […, D]. */
  Tensor embed(Tensor tokens) {
    return embedding(weight_VD, tokens);
  }

  Head head() {
    return head;
  }
}
