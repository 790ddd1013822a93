package dev.steepest.tensor;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;

/**
 * Tensors as one argument of a multi-tensor call. Building it costs about a microsecond per tensor,
 * so lists that stay the same are built once. It keeps its tensors' memory alive until closed.
 */
public final class TensorList implements AutoCloseable {

  private final GenericList list;

  private TensorList(GenericList list) {
    this.list = list;
  }

  /** A list that outlives the current pointer scope. */
  public static TensorList of(List<Tensor> tensors) {
    try (PointerScope _ = new PointerScope()) {
      GenericList list = new GenericList(FusedStep.tensorType()).retainReference();
      list.reserve(tensors.size());
      for (Tensor tensor : tensors) {
        list.push_back(new IValue(tensor));
      }
      return new TensorList(list);
    }
  }

  IValue argument() {
    return new IValue(list);
  }

  @Override
  public void close() {
    list.releaseReference();
  }
}
