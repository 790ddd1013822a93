package dev.steepest.optim;

/**
 * What a parameter is to the network, whatever its name or shape.
 *
 * <p>Rules and presets partition parameters by role, never by name: a position table is not a
 * hidden matrix although it has two dimensions.
 */
public enum Role {
  /** Weight of the first layer: stem convolution, patch embedding. */
  INPUT,
  /** Table looked up by index or added as it is: tokens, positions, class token. */
  EMBEDDING,
  /** Hidden convolution filter (out, in, kernel height, kernel width). */
  CONV,
  /** Hidden matrix (out, in). */
  MATRIX,
  /** Weight of the last layer. */
  HEAD,
  /** Normalisation weights and biases. */
  VECTOR,
  /** A single learned number. */
  SCALAR
}
