package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.clear_cache;
import static org.bytedeco.pytorch.global.torch.get_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.is_autocast_enabled;
import static org.bytedeco.pytorch.global.torch.set_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.set_autocast_enabled;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Runs blocks one after the other and keeps, for the backward pass, what goes into each of them and
 * nothing of their insides: those are computed again when the gradient arrives (Chen et al. 2016,
 * arXiv:1604.06174). A third more forward work for the memory of one block instead of all.
 *
 * <p>Blocks must not draw random numbers. Only the last forward pass can be gone back through, by
 * {@link Network#backward}.
 */
public final class Recomputation {
  private final BoolOptional forget;
  private final TensorArrayRefOptional allLeaves;
  private final Deque<Tensor> inputs = new ArrayDeque<>();
  private List<UnaryOperator<Tensor>> blocks = List.of();
  private ScalarType autocast;
  private Tensor begin;
  private Tensor end;

  public Recomputation(Site site) {
    forget = site.keep(new BoolOptional(false));
    allLeaves = site.keep(new TensorArrayRefOptional());
  }

  /**
   * x through all blocks, each of which keeps its shape and type. Where gradients are on, the
   * result is a leaf: what comes after it goes backward first, then {@link #back}.
   */
  public Tensor apply(Tensor x, List<UnaryOperator<Tensor>> through) {
    release();
    if (!GradMode.is_enabled()) {
      return run(x, through, false);
    }
    blocks = through;
    DeviceType device = x.device().type();
    autocast = is_autocast_enabled(device) ? get_autocast_dtype(device) : null;
    begin = x.retainReference();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      end = run(x.detach(), through, true).detach().retainReference();
    }
    return end.set_requires_grad(true);
  }

  private Tensor run(Tensor x, List<UnaryOperator<Tensor>> through, boolean keep) {
    Tensor y = x;
    for (UnaryOperator<Tensor> block : through) {
      if (keep) {
        inputs.push(y.retainReference());
      }
      y = Block.apply(y, block);
    }
    return y;
  }

  /**
   * Goes back through the last forward pass from the gradient that its result has got, adding to
   * the gradients of the weights; nothing if there is none to go back through.
   */
  public void back() {
    if (end == null || !end.grad().defined()) {
      return;
    }
    DeviceType device = end.device().type();
    boolean before = is_autocast_enabled(device);
    Tensor g = end.grad().detach().retainReference();
    for (int i = blocks.size() - 1; i >= 0; i--) {
      try (PointerScope _ = new PointerScope();
          AutoGradMode _ = new AutoGradMode(true)) {
        Tensor input = inputs.pop();
        Tensor x = input.detach().set_requires_grad(true);
        if (autocast != null) {
          set_autocast_dtype(device, autocast);
        }
        set_autocast_enabled(device, autocast != null);
        Tensor y;
        try {
          y = Block.apply(x, blocks.get(i));
        } finally {
          set_autocast_enabled(device, before);
          clear_cache();
        }
        y.backward(g, forget, false, allLeaves);
        g.releaseReference();
        g = x.grad().detach().retainReference(); // a handle of its own, which outlives x
        input.releaseReference();
      }
    }
    begin.backward(g, forget, false, allLeaves);
    g.releaseReference();
    release();
  }

  /** Frees what the last forward pass kept. */
  public void release() {
    inputs.forEach(Tensor::releaseReference);
    inputs.clear();
    if (end != null) {
      begin.releaseReference();
      end.releaseReference();
      begin = null;
      end = null;
    }
  }
}
