package dev.steepest.lab.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** An element-wise non-linearity, by its name in experiment files (in lower case). */
public enum Activation {
  /** x·Φ(x) with the exact normal distribution, not its tanh approximation. */
  GELU {
    @Override
    Tensor apply(Tensor x) {
      return torch.gelu(x);
    }
  },
  /** x·min(max(x + 3, 0), 6)/6 (Howard et al. 2019, arXiv:1905.02244). */
  HARDSWISH {
    @Override
    Tensor apply(Tensor x) {
      return torch.hardswish(x);
    }
  },
  /** x·tanh(ln(1 + eˣ)) (Misra 2019, arXiv:1908.08681). */
  MISH {
    @Override
    Tensor apply(Tensor x) {
      return torch.mish(x);
    }
  },
  /** x/(1 + e⁻ˣ), also called swish. */
  SILU {
    @Override
    Tensor apply(Tensor x) {
      return torch.silu(x);
    }
  },
  /** max(x, 0) */
  RELU {
    @Override
    Tensor apply(Tensor x) {
      return x.relu();
    }
  };

  abstract Tensor apply(Tensor x);

  /** The same for kernels that activate by themselves. */
  dev.steepest.lab.kernel.Activation kernel() {
    return dev.steepest.lab.kernel.Activation.valueOf(name());
  }
}
