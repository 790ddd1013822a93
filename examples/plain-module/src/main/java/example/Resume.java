package example;

import static org.bytedeco.pytorch.global.torch.cross_entropy;
import static org.bytedeco.pytorch.global.torch.manual_seed;

import dev.steepest.optim.GradientClip;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Parameters;
import dev.steepest.optim.Role;
import dev.steepest.optim.Schedule;
import dev.steepest.optim.Trapezoid;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Muon;
import dev.steepest.tensor.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Groups, clipping and a policy for NaN; stops half-way and goes on from files. */
public final class Resume {
  private static final int STEPS = 200;

  private Resume() {}

  public static void main(String[] arguments) throws IOException {
    Native.prepare();
    manual_seed(1);
    Path folder = Files.createTempDirectory("resume");
    Path weights = folder.resolve("model.pt");
    Path state = folder.resolve("optimizer.safetensors");

    Spirals model = new Spirals();
    try (Optimizer optimizer = optimizer(model)) {
      train(model, optimizer, 0, STEPS / 2);
      // [save]
      OutputArchive archive = new OutputArchive();
      model.save(archive);
      archive.save_to(weights.toString()); // the weights are the model's to save
      optimizer.save(state); // whole or not at all; a safetensors file
      // [end]
    }

    Spirals resumed = new Spirals();
    try (Optimizer optimizer = optimizer(resumed)) {
      // [load]
      InputArchive archive = new InputArchive();
      archive.load_from(weights.toString());
      resumed.load(archive);
      optimizer.load(state); // refused where rules, settings or shapes are others
      // [end]
      train(resumed, optimizer, STEPS / 2, STEPS);
      System.out.println("state: " + optimizer.stateBytes() + " bytes");
    }

    Spirals narrow = new Spirals();
    // [bf16]
    narrow.to(ScalarType.BFloat16, false);
    Optimizer optimizer = optimizer(narrow); // after the conversion: types are looked at once
    // [end]
    try (optimizer) {
      train(narrow, optimizer, 0, STEPS);
    }
  }

  private static Optimizer optimizer(Spirals model) {
    // [groups]
    Parameters parameters = Parameters.of(model).role("hidden.weight", Role.MATRIX);
    List<ParameterGroup> groups =
        parameters
            .divide()
            .group("hidden", Muon.builder().lr(0.02).momentum(0.95).build(), Role.MATRIX)
            .group("head", AdamW.builder().lr(3e-3).build(), "head.*")
            .rest("rest", AdamW.builder().lr(1e-3).weightDecay(0).build());
    groups.forEach(group -> System.out.println(group.describe()));
    // [end]
    // [builder]
    Optimizer optimizer =
        Optimizer.builder(groups)
            .seed(1)
            .nonFinite(NonFinite.SKIP)
            .wrap(new Bound(4))
            .build();
    // [end]
    return optimizer;
  }

  private static void train(Spirals model, Optimizer optimizer, int from, int to) {
    Tensor points = Spirals.points().to(model.type());
    Tensor labels = Spirals.labels();
    // [clip]
    Parameters parameters = Parameters.of(model);
    Schedule schedule = new Trapezoid(STEPS, 10, 40, 0);
    for (int step = from; step < to; step++) {
      try (PointerScope scope = new PointerScope()) {
        Tensor loss = cross_entropy(model.forward(points).to(ScalarType.Float), labels);
        loss.backward();
        GradientClip.toNorm(parameters, 1.0);
        if (optimizer.step(schedule.factor(step)) == Optimizer.Outcome.SKIPPED) {
          System.out.println("step " + step + " skipped: a gradient was not finite");
        }
        optimizer.zeroGrad();
        // [end]
        if (step % 40 == 0 || step == STEPS - 1) {
          System.out.printf("step %3d  loss %.4f%n", step, loss.item_float());
        }
      }
    }
  }
}
