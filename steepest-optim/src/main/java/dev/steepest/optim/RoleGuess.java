package dev.steepest.optim;

import java.util.List;

/**
 * What a parameter probably is, from the kind of module that owns it; from its shape where the
 * module is not one of libtorch's.
 *
 * @param role the guess
 * @param blocks stacked matrices; see {@link Parameter#blocks}
 * @param why the reason, for people
 * @param layer whether it is the weight of a layer of a known kind
 */
record RoleGuess(Role role, int blocks, String why, Layer layer) {

  /** What a weight is among the network's layers. */
  enum Layer {
    /** It maps inputs to outputs and may be the first or last to do so. */
    MAP,
    /** It maps inputs to outputs but is never a network's head. */
    RECURRENT,
    /** It looks inputs up. */
    TABLE,
    /** A weight of the user's own module, known by its shape only. */
    OWN,
    NONE
  }

  RoleGuess as(Role other, String reason) {
    return new RoleGuess(other, blocks, reason, layer);
  }

  /**
   * @param kind the owner's class in libtorch without "Impl", such as "Conv2d"; empty for others
   * @param name the parameter's own name, such as "weight"
   * @param shape its sizes
   */
  static RoleGuess of(String kind, String name, List<Long> shape) {
    return switch (kind) {
      case "Embedding", "EmbeddingBag" -> new RoleGuess(Role.EMBEDDING, 1, kind, Layer.TABLE);
      case "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d" ->
          weightOf(kind, name, Role.CONV, 1, Layer.MAP);
      case "Linear", "Bilinear" -> weightOf(kind, name, Role.MATRIX, 1, Layer.MAP);
      // Query, key and value, stacked; the four gates of an LSTM, the three of a GRU.
      case "MultiheadAttention" ->
          weightOf(kind, name, Role.MATRIX, name.startsWith("in_proj") ? 3 : 1, Layer.RECURRENT);
      case "LSTM", "LSTMCell" -> weightOf(kind, name, Role.MATRIX, 4, Layer.RECURRENT);
      case "GRU", "GRUCell" -> weightOf(kind, name, Role.MATRIX, 3, Layer.RECURRENT);
      case "RNN", "RNNCell" -> weightOf(kind, name, Role.MATRIX, 1, Layer.RECURRENT);
      case "" -> byShape(shape);
      default ->
          kind.contains("Norm") ? new RoleGuess(Role.VECTOR, 1, kind, Layer.NONE) : byShape(shape);
    };
  }

  private static RoleGuess weightOf(String kind, String name, Role role, int blocks, Layer layer) {
    return name.contains("weight")
        ? new RoleGuess(role, blocks, kind, layer)
        : new RoleGuess(Role.VECTOR, 1, kind + " bias", Layer.NONE);
  }

  private static RoleGuess byShape(List<Long> shape) {
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    if (elements == 1) {
      return own(Role.SCALAR, "one number");
    }
    if (shape.size() == 1) {
      return own(Role.VECTOR, "by shape: one dimension");
    }
    if (shape.getFirst() == 1) {
      return own(Role.EMBEDDING, "by shape: added to every sample");
    }
    return shape.size() < 4
        ? new RoleGuess(Role.MATRIX, 1, "by shape", Layer.OWN)
        : new RoleGuess(Role.CONV, 1, "by shape: filters", Layer.OWN);
  }

  private static RoleGuess own(Role role, String why) {
    return new RoleGuess(role, 1, why, Layer.NONE);
  }
}
