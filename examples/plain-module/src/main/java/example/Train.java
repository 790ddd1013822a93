package example;

import static org.bytedeco.pytorch.global.torch.cross_entropy;
import static org.bytedeco.pytorch.global.torch.manual_seed;

import dev.steepest.optim.Cosine;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameters;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Schedule;
import dev.steepest.tensor.Native;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Trains a plain module with Muon on its hidden matrices and AdamW on the rest. */
public final class Train {
  private static final int STEPS = 200;

  private Train() {}

  public static void main(String[] arguments) {
    Native.prepare();
    manual_seed(1);
    Spirals model = new Spirals();
    Tensor points = Spirals.points();
    Tensor labels = Spirals.labels();

    System.out.print(Parameters.of(model).describe());
    // [train]
    Schedule schedule = new Cosine(STEPS, 10, 0);
    try (Optimizer optimizer =
        Preset.named("muon").on(Parameters.of(model), Map.of("lr", 0.02), 1)) {
      for (int step = 0; step < STEPS; step++) {
        try (PointerScope scope = new PointerScope()) {
          Tensor loss = cross_entropy(model.forward(points), labels);
          loss.backward();
          optimizer.step(schedule.factor(step));
          optimizer.zeroGrad();
          if (step % 40 == 0 || step == STEPS - 1) {
            System.out.printf("step %3d  loss %.4f%n", step, loss.item_float());
          }
        }
      }
    }
    // [end]
  }
}
