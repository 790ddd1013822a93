package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Closeness.assertClose;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/** One recorded run and ours beside it. */
final class Trajectory implements AutoCloseable {

  private final Path folder;
  private final JsonNode recorded;
  private final List<Tensor> parameters = new ArrayList<>();
  private final Optimizer optimizer;
  private final boolean maximizes;

  Trajectory(Path folder, JsonNode recorded, Family family, Optimizer.Path path) {
    this.folder = folder;
    this.recorded = recorded;
    this.maximizes = Recorded.maximizes(recorded);
    for (JsonNode p : recorded.get("params")) {
      parameters.add(Npy.read(folder.resolve(p.get("init").asString())).set_requires_grad(true));
    }
    List<ParameterGroup> groups = new ArrayList<>();
    for (Group group : family.groups(recorded)) {
      groups.add(
          new ParameterGroup(
              group.rule().getSimpleName() + groups.size(),
              Rules.make(group.rule(), group.hyper()),
              members(group, family)));
    }
    OptimizerBuilder builder = Optimizer.builder(groups).path(path);
    family.configure(this, builder);
    optimizer = builder.build();
  }

  JsonNode recorded() {
    return recorded;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  int count() {
    return parameters.size();
  }

  int steps() {
    return recorded.get("steps").asInt();
  }

  /** The parameter as it is now; changing it changes the parameter. */
  Tensor parameter(int i) {
    return parameters.get(i).detach();
  }

  /** Name of parameter {@code i} in the optimizer. */
  static String name(int i) {
    return "param_" + i;
  }

  /** What the optimizer keeps for parameter {@code i} under this name. */
  Tensor state(int i, String name) {
    return optimizer.state().get(name(i) + "/" + name);
  }

  boolean has(int i, String what) {
    return Files.exists(path(i, what));
  }

  /** The whole file {@code param_<i>_<what>.npy}. */
  Tensor file(int i, String what) {
    return Npy.read(path(i, what));
  }

  /** Puts the gradients {@code what} of step {@code step} where backpropagation would. */
  void backpropagate(String what, int step) {
    optimizer.zeroGrad();
    for (int i = 0; i < count(); i++) {
      backpropagate(i, file(i, what).select(0, step));
    }
  }

  /**
   * Adds to the gradient of parameter {@code i}, as backpropagation would; of the negated loss
   * where the recorded run goes uphill, as the reference negates the gradient before all else.
   */
  void backpropagate(int i, Tensor given) {
    Tensor gradient = maximizes ? given.neg() : given;
    Tensor parameter = parameters.get(i);
    Tensor before = parameter.grad();
    parameter.mutable_grad().put(before.defined() ? before.add(gradient) : gradient.clone());
  }

  /** Compares every parameter with the recorded one after step {@code step}. */
  void compareParameters(int step) {
    for (int i = 0; i < count(); i++) {
      compareNow(parameter(i), file(i, "after").select(0, step), 1, name(i), step);
    }
  }

  /** Compares what is kept under {@code key} with file {@code what}, where the run has one. */
  void compareState(String what, String key, int step, double times) {
    for (int i = 0; i < count(); i++) {
      if (has(i, what)) {
        compareNow(state(i, key), file(i, what).select(0, step), times, what + " of " + i, step);
      }
    }
  }

  /** The same for a file that holds the state after the last step. */
  void compareFinal(String what, String key, double times) {
    for (int i = 0; i < count(); i++) {
      if (has(i, what)) {
        compareNow(state(i, key), file(i, what), times, what + " of " + i, steps() - 1);
      }
    }
  }

  /** Demands that {@code actual} is {@code expected} within {@code times} the case's tolerance. */
  void compareNow(Tensor actual, Tensor expected, double times, String what, int step) {
    assertClose(actual, expected, times * tolerance(), what + " after step " + (step + 1));
  }

  /**
   * float64: 1e-12, rounding of ten steps near 1, which grows with the steps where they are larger:
   * after a step of a hundred the parameters are near a hundred. float32: three times what the
   * recorder's own float32 run departs from float64. bfloat16: twice what the recorded run departs
   * from exact arithmetic, as both may depart to either side.
   */
  double tolerance() {
    if (recorded.get("dtype").asString().equals("float64")) {
      double step = recorded.path("tolerance_hint").path("max_abs_first_step_change").asDouble(0);
      return 1e-12 * Math.max(1, step);
    }
    double departure =
        recorded
            .get("tolerance_hint")
            .get("max_abs_diff_same_code_in_float64_exact_arithmetic")
            .asDouble();
    return (recorded.get("case").asString().endsWith("bf16") ? 2 : 3) * departure;
  }

  @Override
  public void close() {
    optimizer.close();
  }

  private Path path(int i, String what) {
    return folder.resolve(name(i) + "_" + what + ".npy");
  }

  private List<Parameter> members(Group group, Family family) {
    List<Parameter> members = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      JsonNode role = recorded.get("params").get(i).get("role");
      Tensor tensor = parameters.get(i);
      boolean belongs =
          group.recordedRole() == null
              || group.recordedRole().equals(role == null ? "" : role.asString());
      if (belongs && group.takes().test(tensor)) {
        Role kind = tensor.dim() > 1 ? Role.MATRIX : Role.VECTOR;
        members.add(new Parameter(name(i), kind, tensor, family.blocks(recorded, tensor)));
      }
    }
    return members;
  }
}
