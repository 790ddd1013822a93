package dev.steepest.lab.bench;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Optimizers as one would write them down from the papers on the same libtorch: a loop over the
 * parameters, one operation after the other. What the library is measured against.
 */
public final class PlainOptimizer {

  /** Which. */
  public enum Kind {
    SGD,
    ADAMW,
    LION,
    /** NS5 in bfloat16 on hidden matrices, one after the other; AdamW on the rest. */
    MUON
  }

  private static final double LR = 1e-6; // the weights shall stay where they are
  private static final double DECAY = 0.01;

  private final Kind kind;
  private final List<Parameter> parameters;
  private final List<Tensor> first = new ArrayList<>();
  private final List<Tensor> second = new ArrayList<>();
  private int step;

  /** State for these parameters; it belongs to the caller's pointer scope. */
  public PlainOptimizer(Kind kind, List<Parameter> parameters) {
    this.kind = kind;
    this.parameters = parameters;
    for (Parameter parameter : parameters) {
      first.add(torch.zeros_like(parameter.tensor().detach()));
      second.add(torch.zeros_like(parameter.tensor().detach()));
    }
  }

  /** One step of every parameter; each has a gradient. */
  public void step() {
    step++;
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (int i = 0; i < parameters.size(); i++) {
        try (PointerScope _ = new PointerScope()) {
          Parameter p = parameters.get(i);
          Tensor w = p.tensor();
          Tensor g = w.grad();
          switch (kind) {
            case SGD -> sgd(w, g, first.get(i));
            case ADAMW -> adamw(w, g, first.get(i), second.get(i));
            case LION -> lion(w, g, first.get(i));
            case MUON -> {
              if (p.role() == Role.MATRIX || p.role() == Role.CONV) {
                muon(p, g, first.get(i));
              } else {
                adamw(w, g, first.get(i), second.get(i));
              }
            }
          }
        }
      }
    }
  }

  private static void sgd(Tensor w, Tensor g, Tensor b) {
    g = g.add(w, new Scalar(DECAY));
    b.mul_(new Scalar(0.9)).add_(g);
    w.sub_(g.add(b, new Scalar(0.9)), new Scalar(LR));
  }

  private void adamw(Tensor w, Tensor g, Tensor m, Tensor v) {
    w.mul_(new Scalar(1 - LR * DECAY));
    m.mul_(new Scalar(0.9)).add_(g, new Scalar(0.1));
    v.mul_(new Scalar(0.999)).addcmul_(g, g, new Scalar(0.001));
    double root = Math.sqrt(1 - Math.pow(0.999, step));
    Tensor denominator = v.sqrt().div_(new Scalar(root)).add_(new Scalar(1e-8));
    w.addcdiv_(m, denominator, new Scalar(-LR / (1 - Math.pow(0.9, step))));
  }

  private static void lion(Tensor w, Tensor g, Tensor m) {
    w.mul_(new Scalar(1 - LR * DECAY));
    Tensor u = m.mul(new Scalar(0.9)).add_(g, new Scalar(0.1)).sign_();
    w.sub_(u, new Scalar(LR));
    m.mul_(new Scalar(0.99)).add_(g, new Scalar(0.01));
  }

  /** As KellerJordan/Muon muon.py, one matrix at a time. */
  private static void muon(Parameter p, Tensor g, Tensor m) {
    m.lerp_(g, new Scalar(0.05));
    Tensor u = p.matrices(g.lerp(m, new Scalar(0.95)));
    Tensor w = p.matrices(p.tensor());
    double scale = Math.sqrt(Math.max(1, p.rows() / (double) p.columns()));
    for (int block = 0; block < p.blocks(); block++) {
      Tensor o = newtonSchulz(u.select(0, block));
      w.select(0, block).sub_(o, new Scalar(LR * scale));
    }
  }

  private static Tensor newtonSchulz(Tensor g) {
    Tensor x = g.to(ScalarType.BFloat16);
    boolean tall = x.size(0) > x.size(1);
    x = tall ? x.t() : x;
    x = x.div(x.norm().add(new Scalar(1e-7)));
    for (int i = 0; i < 5; i++) {
      Tensor a = x.mm(x.t());
      Tensor b = a.mul(new Scalar(-4.7750)).add(a.mm(a).mul(new Scalar(2.0315)));
      x = x.mul(new Scalar(3.4445)).add(b.mm(x));
    }
    return tall ? x.t() : x;
  }
}
