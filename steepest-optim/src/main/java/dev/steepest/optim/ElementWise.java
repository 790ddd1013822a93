package dev.steepest.optim;

/**
 * A rule in which no element looks at another: many parameters may be laid end to end and a large
 * one may be cut, so that each operation costs one call and meets its operands in the cache.
 *
 * <p>Every {@link Buffer} is shaped like its parameter. What must be seen of more than one element
 * is found by a {@link Rule.Collective} survey, what changes with the step on the host by {@link
 * Rule#count}.
 */
public interface ElementWise extends Rule {

  /**
   * Changes elements.
   *
   * @param lr this step's learning rate: {@link #lr()} times the schedule's factor
   */
  void update(Elements x, double lr);

  @Override
  default void update(ParameterState p, double lr) {
    update((Elements) p, lr);
  }

  @Override
  default void step(Batch batch, double lr) {
    batch.eachPiece(x -> update(x, lr));
  }
}
