package dev.steepest.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;

/**
 * libtorch's operations over lists of tensors, which JavaCPP does not map: few kernels instead of
 * many on a GPU. On a CPU they loop, and gain nothing (measured).
 */
public final class Foreach {

  private static final OperatorHandle COPY =
      Dispatcher.singleton().findSchemaOrThrow("aten::_foreach_copy_", "").retainReference();

  private Foreach() {}

  /** Copies each tensor of {@code from} into the one at its position in {@code to}. */
  public static void copy(TensorList to, TensorList from) {
    try (PointerScope _ = new PointerScope()) {
      COPY.callBoxed(new IValueVector(to.argument(), from.argument(), new IValue(false)));
    }
  }
}
