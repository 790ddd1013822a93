package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.denoise.Projection;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;

/**
 * Attention of tokens to themselves or to others, in heads; q, k and v without bias.
 *
 * <p>Legend: N images, T tokens, S seen tokens, D features, c features of a seen token, H heads.
 */
final class UnetAttention {
  private final UnetConfig.Scores scores;
  private final long heads;
  private final Projection query;
  private final Projection key;
  private final Projection value;
  private final Projection out;

  /**
   * An attention.
   *
   * @param seen features of a seen token
   * @param projections gets q, k, v and out by their dotted names
   */
  UnetAttention(
      Shelf shelf,
      long features,
      long seen,
      long heads,
      UnetConfig.Scores scores,
      SequencedMap<String, Projection> projections) {
    this.scores = scores;
    this.heads = heads;
    query = plain(shelf.at("to_q"), features, features);
    key = plain(shelf.at("to_k"), seen, features);
    value = plain(shelf.at("to_v"), seen, features);
    Shelf last = shelf.at("to_out").at(0);
    out = Projection.of(last.linear(features, features), features, features);
    projections.put(shelf.prefix() + "to_q", query);
    projections.put(shelf.prefix() + "to_k", key);
    projections.put(shelf.prefix() + "to_v", value);
    projections.put(shelf.prefix() + "to_out", out);
  }

  private static Projection plain(Shelf shelf, long in, long out) {
    return Projection.of(Linear.of(shelf.take("weight", out, in), shelf.nothing()), in, out);
  }

  /** [N, T, D] and [N, S, c] → [N, T, D]. */
  Tensor apply(Tensor x_NTD, Tensor seen_NSc) {
    Tensor mixed_NHTd =
        AttentionProduct.of(
            heads(query.apply(x_NTD)),
            heads(key.apply(seen_NSc)),
            heads(value.apply(seen_NSc)),
            scores);
    return out.apply(mixed_NHTd.transpose(1, 2).flatten(2, 3));
  }

  private Tensor heads(Tensor x_NTD) {
    return x_NTD.unflatten(-1, heads, -1).transpose(1, 2);
  }
}
