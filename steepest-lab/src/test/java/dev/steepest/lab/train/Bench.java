package dev.steepest.lab.train;

import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.MiniViT;
import dev.steepest.lab.model.Mlp;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.SmallCnn;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.rule.Sgd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Small things to train in tests. */
final class Bench {
  static final Images IMAGES = new Images(3, SyntheticData.SIZE, SyntheticData.CLASSES);
  static final GroupSchedules CONSTANT = GroupSchedules.same(_ -> 1);
  static final Device CPU = new Device("cpu").retainReference();

  private Bench() {}

  static Network cnn(long seed) {
    return new SmallCnn(new SmallCnn.Config(IMAGES, 8, 2), seed);
  }

  /** With dropout, so that the steps' randomness matters. */
  static Network vit(long seed) {
    return new MiniViT(new MiniViT.Config(IMAGES, 4, 24, 1, 3, 32, 0.2), seed);
  }

  static Network mlp(long seed) {
    return new Mlp(new Mlp.Config(IMAGES, List.of(32, 16), 0), seed);
  }

  /** With wrappers, outermost first. */
  static Optimizer sgd(Network network, double lr, Wrapper... wrappers) {
    var group = new ParameterGroup("all", new Sgd(lr, 0.9, 0, 0, true), network.parameters());
    var builder = Optimizer.builder(List.of(group)).nonFinite(NonFinite.SKIP);
    List.of(wrappers).forEach(builder::wrap);
    return builder.build();
  }

  /** All values of all state tensors, as doubles. */
  static Map<String, double[]> values(Network network) {
    var values = new LinkedHashMap<String, double[]>();
    network.state().forEach((name, tensor) -> values.put(name, values(tensor)));
    return values;
  }

  static double[] values(Tensor tensor) {
    try (Tensor wide = tensor.detach().to(ScalarType.Double).contiguous().view(-1)) {
      double[] values = new double[(int) wide.numel()];
      wide.data_ptr_double().get(values);
      return values;
    }
  }

  /** Remembers all it hears, without the clocks. */
  static final class Memory implements TrainListener {
    final List<String> events = new ArrayList<>();
    final List<StepReport> steps = new ArrayList<>();
    final List<EvaluationReport> evaluations = new ArrayList<>();

    @Override
    public void onStep(StepReport step) {
      steps.add(step);
      events.add(
          "step %d loss %s norm %s".formatted(step.at().step(), step.loss(), step.gradNorm()));
    }

    @Override
    public void onEvaluation(EvaluationReport evaluation) {
      evaluations.add(evaluation);
      events.add(
          "evaluation at %d loss %s %s"
              .formatted(evaluation.at().step(), evaluation.trainLoss(), evaluation.sets()));
    }
  }
}
