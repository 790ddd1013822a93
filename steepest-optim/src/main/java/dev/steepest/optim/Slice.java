package dev.steepest.optim;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * A run of elements of a large parameter in the order in which they lie in memory, short enough
 * that all operations of an update find them in the cache.
 *
 * @param of the parameter; value, gradient and buffers are laid out alike
 * @param from first element
 * @param count number of elements
 */
record Slice(ParameterState of, long from, long count) implements Elements {

  @Override
  public Tensor value() {
    return part(of.value());
  }

  @Override
  public Tensor gradient() {
    return part(of.gradient());
  }

  @Override
  public Tensor buffer(String name) {
    return part(of.buffer(name));
  }

  @Override
  public double number(String name) {
    return of.number(name);
  }

  @Override
  public Tensor shared(String name) {
    return of.shared(name);
  }

  @Override
  public long step() {
    return of.step();
  }

  /** The whole parameter is stored at once, after its last slice. */
  @Override
  public void end() {}

  private Tensor part(Tensor whole) {
    return whole.as_strided(
        new long[] {count}, new long[] {1}, new LongOptional(whole.storage_offset() + from));
  }
}
