package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Closeness.assertClose;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Every recorded trajectory of a public reference implementation, parameters and state, by both
 * update paths.
 */
class GoldenTrajectoriesTest {

  @TestFactory
  Stream<DynamicTest> trajectories() {
    return GoldenData.cases("optimizer", null).stream()
        .flatMap(file ->
            Stream.of(Optimizer.Path.values())
                .map(path ->
                    dynamicTest(
                        GoldenData.name(file) + " " + path, () -> follow(file.getParent(), path))));
  }

  private static void follow(Path folder, Optimizer.Path path) {
    JsonNode recorded = GoldenData.json(folder.resolve("case.json"));
    List<Group> groups =
        Translation.groups(recorded)
            .orElseGet(() ->
                abort(
                    "no rule for '"
                        + recorded.get("optimizer").asString()
                        + "' in the library yet"));
    try (PointerScope _ = new PointerScope()) {
      List<Tensor> parameters = new ArrayList<>();
      recorded
          .get("params")
          .forEach(p ->
              parameters.add(
                  Npy.read(folder.resolve(p.get("init").asString())).set_requires_grad(true)));
      List<ParameterGroup> members = new ArrayList<>();
      for (Group group : groups) {
        members.add(
            new ParameterGroup(
                group.rule().getSimpleName(),
                Rules.make(group.rule(), group.hyper()),
                of(group, recorded, parameters)));
      }
      try (Optimizer optimizer = new Optimizer(members, 0, path)) {
        startFrom(folder, parameters.size(), optimizer, parameters);
        double tolerance = tolerance(recorded);
        for (int step = 0; step < recorded.get("steps").asInt(); step++) {
          optimizer.zeroGrad();
          for (int i = 0; i < parameters.size(); i++) {
            accumulate(parameters.get(i), file(folder, recorded, i, "grads").select(0, step));
          }
          optimizer.step(1);
          for (int i = 0; i < parameters.size(); i++) {
            Tensor expected = file(folder, recorded, i, "after").select(0, step);
            assertClose(
                parameters.get(i).detach(),
                expected,
                tolerance,
                "parameter " + i + " after step " + (step + 1));
          }
          compareBases(folder, parameters.size(), step, optimizer, tolerance);
        }
        compareMomenta(folder, parameters.size(), optimizer, tolerance);
      }
    }
  }

  /** As backpropagation does: into the gradient that is there. */
  private static void accumulate(Tensor parameter, Tensor gradient) {
    Tensor before = parameter.grad();
    parameter.mutable_grad().put(before.defined() ? before.add(gradient) : gradient.clone());
  }

  private static List<Parameter> of(Group group, JsonNode recorded, List<Tensor> tensors) {
    List<Parameter> members = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      JsonNode role = recorded.get("params").get(i).get("role");
      boolean belongs =
          group.recordedRole() == null || group.recordedRole().equals(role.asString());
      if (belongs) {
        Tensor tensor = tensors.get(i);
        members.add(
            new Parameter("param_" + i, tensor.dim() > 1 ? Role.MATRIX : Role.VECTOR, tensor));
      }
    }
    return members;
  }

  /** A given first basis goes in by the door that checkpoints use. */
  private static void startFrom(
      Path folder, int count, Optimizer optimizer, List<Tensor> parameters) {
    Map<String, Tensor> state = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      Path q = folder.resolve("param_" + i + "_Q0.npy");
      if (Files.exists(q)) {
        state.put("param_" + i + "/q", Npy.read(q).unsqueeze(0));
        state.put("param_" + i + "/momentum", torch.zeros_like(parameters.get(i).detach()));
        state.put("param_" + i + "/step", torch.zeros(new long[0]));
      }
    }
    optimizer.load(state);
  }

  private static void compareBases(
      Path folder, int count, int step, Optimizer optimizer, double tolerance) {
    for (int i = 0; i < count; i++) {
      Path q = folder.resolve("param_" + i + "_Q_after.npy");
      if (Files.exists(q)) {
        Tensor expected = Npy.read(q).select(0, step);
        Tensor actual = optimizer.state().get("param_" + i + "/q").squeeze(0);
        // The sign of a column follows the factorisation in use and does not reach the parameters.
        // Columns have length
        // one, so a basis carries the relative error that the parameters carry times the learning
        // rate: hence 100.
        Tensor sign = actual.mul(expected).sum(0).sign();
        assertClose(
            actual.mul(sign),
            expected,
            100 * tolerance,
            "basis " + i + " after step " + (step + 1));
      }
    }
  }

  private static void compareMomenta(
      Path folder, int count, Optimizer optimizer, double tolerance) {
    for (int i = 0; i < count; i++) {
      Path momentum = folder.resolve("param_" + i + "_momentum_final.npy");
      if (Files.exists(momentum)) {
        Tensor expected = Npy.read(momentum);
        Tensor actual = optimizer.state().get("param_" + i + "/momentum");
        // Sums of ten gradients near 1: ten times the size of the parameters' changes.
        assertClose(actual, expected, 100 * tolerance, "momentum " + i);
      }
    }
  }

  private static Tensor file(Path folder, JsonNode recorded, int i, String what) {
    return Npy.read(folder.resolve(recorded.get("params").get(i).get(what).asString()));
  }

  /**
   * float64: 1e-12, rounding of ten steps near 1. float32: three times what the recorder's own
   * float32 run departs from float64. bfloat16: twice what the recorded run departs from exact
   * arithmetic, as both may depart to either side.
   */
  private static double tolerance(JsonNode recorded) {
    JsonNode hint = recorded.get("tolerance_hint");
    boolean wide = recorded.get("dtype").asString().equals("float64");
    if (wide) {
      return 1e-12;
    }
    double departure = hint.get("max_abs_diff_same_code_in_float64_exact_arithmetic").asDouble();
    return (recorded.get("case").asString().endsWith("bf16") ? 2 : 3) * departure;
  }
}
