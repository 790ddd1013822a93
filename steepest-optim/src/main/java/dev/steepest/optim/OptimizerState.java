package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.scalar_tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Turns what rules keep into named tensors and back. */
final class OptimizerState {

  private static final String STEP = "step";
  private static final String GRADIENT = "gradient"; // of rules that keep their state in it

  private OptimizerState() {}

  static SortedMap<String, Tensor> save(Map<ParameterState, Rule> states) {
    SortedMap<String, Tensor> saved = new TreeMap<>();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      states.forEach((state, rule) -> {
        if (state.isEmpty()) {
          return;
        }
        state.buffers().forEach((name, buffer) -> saved.put(key(state, name), buffer.clone()));
        saved.put(key(state, STEP), count(state.step()));
        if (rule instanceof Rule.KeepsGradient && state.hasGradient()) {
          saved.put(key(state, GRADIENT), state.parameter().tensor().grad().clone());
        }
      });
    }
    return saved;
  }

  static void load(Map<ParameterState, Rule> states, Map<String, Tensor> saved) {
    List<String> problems = new ArrayList<>();
    TreeSet<String> unread = new TreeSet<>(saved.keySet());
    states.forEach((state, rule) -> check(state, rule, saved, unread, problems));
    unread.forEach(key -> problems.add("unexpected '" + key + "'"));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "this state is not of these parameters and rules: " + String.join("; ", problems));
    }
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      states.forEach((state, rule) -> restore(state, rule, saved));
    }
  }

  private static void check(
      ParameterState state,
      Rule rule,
      Map<String, Tensor> saved,
      TreeSet<String> unread,
      List<String> problems) {
    if (!isSaved(state, saved)) {
      return; // never had a gradient
    }
    expect(key(state, STEP), List.of(), saved, unread, problems);
    for (Buffer buffer : rule.buffers(state.parameter())) {
      expect(key(state, buffer.name()), buffer.shape(), saved, unread, problems);
    }
    if (rule instanceof Rule.KeepsGradient) {
      expect(key(state, GRADIENT), Shapes.of(state.parameter().tensor()), saved, unread, problems);
    }
  }

  private static void expect(
      String key,
      List<Long> shape,
      Map<String, Tensor> saved,
      TreeSet<String> unread,
      List<String> problems) {
    unread.remove(key);
    Tensor found = saved.get(key);
    if (found == null) {
      problems.add("missing '" + key + "' of shape " + shape);
    } else if (!Shapes.of(found).equals(shape)) {
      problems.add("'" + key + "' has shape " + Shapes.text(found) + " but needs " + shape);
    }
  }

  private static void restore(ParameterState state, Rule rule, Map<String, Tensor> saved) {
    state.close();
    if (!isSaved(state, saved)) {
      return;
    }
    state.create(rule);
    state.buffers().forEach((name, buffer) -> buffer.copy_(saved.get(key(state, name))));
    state.step(Math.round(saved.get(key(state, STEP)).item_double()));
    if (rule instanceof Rule.KeepsGradient) {
      Tensor parameter = state.parameter().tensor();
      Tensor gradient = saved.get(key(state, GRADIENT));
      parameter
          .mutable_grad()
          .put(gradient.to(parameter.device(), parameter.scalar_type().intern()).clone());
    }
  }

  private static boolean isSaved(ParameterState state, Map<String, Tensor> saved) {
    String prefix = state.parameter().name() + "/";
    return saved.keySet().stream()
        .anyMatch(key -> key.startsWith(prefix) && key.indexOf('/', prefix.length()) < 0);
  }

  private static Tensor count(long steps) {
    try (TensorOptions whole = new TensorOptions(ScalarType.Long);
        Scalar number = new Scalar(steps)) {
      return scalar_tensor(number, whole);
    }
  }

  private static String key(ParameterState state, String name) {
    return state.parameter().name() + "/" + name;
  }
}
