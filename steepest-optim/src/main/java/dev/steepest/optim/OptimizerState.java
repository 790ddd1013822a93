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

  /**
   * What is kept for a parameter.
   *
   * @param prefix of its keys: who keeps it; empty for the parameter's rule
   * @param keepsGradient whether the gradient is state
   * @param alongside whether it is of no parameter: then it is there from the start
   */
  record Kept(
      String prefix,
      List<Buffer> buffers,
      Map<String, Double> numbers,
      boolean keepsGradient,
      boolean alongside) {

    String key(ParameterState state, String name) {
      return prefix + state.parameter().name() + "/" + name;
    }
  }

  private OptimizerState() {}

  static SortedMap<String, Tensor> save(Map<ParameterState, Kept> states) {
    SortedMap<String, Tensor> saved = new TreeMap<>();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      states.forEach((state, kept) -> {
        if (state.isEmpty()) {
          return;
        }
        state.buffers().forEach((name, buffer) -> saved.put(kept.key(state, name), buffer.clone()));
        state
            .numbers()
            .all()
            .forEach((name, value) ->
                saved.put(kept.key(state, name), scalar(new Scalar(value), ScalarType.Double)));
        saved.put(kept.key(state, STEP), scalar(new Scalar(state.step()), ScalarType.Long));
        if (kept.keepsGradient() && state.hasGradient()) {
          saved.put(kept.key(state, GRADIENT), state.parameter().tensor().grad().clone());
        }
      });
    }
    return saved;
  }

  static void load(Map<ParameterState, Kept> states, Map<String, Tensor> saved) {
    List<String> problems = new ArrayList<>();
    TreeSet<String> unread = new TreeSet<>(saved.keySet());
    states.forEach((state, kept) -> check(state, kept, saved, unread, problems));
    unread.forEach(key -> problems.add("unexpected '" + key + "'"));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "this state is not of these parameters and rules: "
              + String.join("; ", problems)
              + advice(states, saved, unread));
    }
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      states.forEach((state, kept) -> restore(state, kept, saved));
    }
  }

  /** What to do where the saved state and the optimizer differ in what is alongside. */
  private static String advice(
      Map<ParameterState, Kept> states, Map<String, Tensor> saved, TreeSet<String> unread) {
    List<String> missing =
        states.entrySet().stream()
            .filter(e -> e.getValue().alongside() && !isSaved(e.getKey(), e.getValue(), saved))
            .map(e -> "'" + e.getKey().parameter().name() + "'")
            .distinct()
            .sorted()
            .toList();
    if (!missing.isEmpty()) {
      return "; it was saved without "
          + String.join(", ", missing)
          + " alongside: leave them out of OptimizerBuilder.alongside, or begin anew";
    }
    boolean more =
        states.values().stream()
            .map(Kept::prefix)
            .filter(prefix -> !prefix.isEmpty())
            .anyMatch(prefix -> unread.stream().anyMatch(key -> key.startsWith(prefix)));
    return more
        ? "; where it was saved with more state alongside the parameters, give that to"
            + " OptimizerBuilder.alongside"
        : "";
  }

  private static void check(
      ParameterState state,
      Kept kept,
      Map<String, Tensor> saved,
      TreeSet<String> unread,
      List<String> problems) {
    if (!kept.alongside() && !isSaved(state, kept, saved)) {
      return; // never had a gradient
    }
    expect(kept.key(state, STEP), List.of(), saved, unread, problems);
    for (String number : kept.numbers().keySet()) {
      expect(kept.key(state, number), List.of(), saved, unread, problems);
    }
    for (Buffer buffer : kept.buffers()) {
      expect(kept.key(state, buffer.name()), buffer.shape(), saved, unread, problems);
    }
    if (kept.keepsGradient()) {
      expect(
          kept.key(state, GRADIENT),
          Shapes.of(state.parameter().tensor()),
          saved,
          unread,
          problems);
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

  private static void restore(ParameterState state, Kept kept, Map<String, Tensor> saved) {
    state.close();
    if (kept.keepsGradient()) {
      state.parameter().tensor().mutable_grad().reset();
    }
    if (!isSaved(state, kept, saved)) {
      return;
    }
    state.create(kept.buffers(), kept.numbers());
    state.buffers().forEach((name, buffer) -> buffer.copy_(saved.get(kept.key(state, name))));
    for (String number : kept.numbers().keySet()) {
      state.numbers().set(number, saved.get(kept.key(state, number)).item_double());
    }
    state.step(Math.round(saved.get(kept.key(state, STEP)).item_double()));
    if (kept.keepsGradient()) {
      Tensor parameter = state.parameter().tensor();
      Tensor gradient = saved.get(kept.key(state, GRADIENT));
      parameter
          .mutable_grad()
          .put(gradient.to(parameter.device(), parameter.scalar_type().intern()).clone());
    }
  }

  private static boolean isSaved(ParameterState state, Kept kept, Map<String, Tensor> saved) {
    String prefix = kept.key(state, "");
    return saved.keySet().stream()
        .anyMatch(key -> key.startsWith(prefix) && key.indexOf('/', prefix.length()) < 0);
  }

  private static Tensor scalar(Scalar number, ScalarType type) {
    try (TensorOptions options = new TensorOptions(type);
        number) {
      return scalar_tensor(number, options);
    }
  }
}
