package dev.steepest.optim.golden;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.Wrappers;
import dev.steepest.optim.wrap.Lookahead;
import dev.steepest.optim.wrap.Sam;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Wrappers around plain rules: SAM, Lookahead. */
final class Wrapped implements Family.Families {

  /** Classes whose names have their words in another order, by letters. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "adamwschedulefree", "schedulefreeadamw",
          "sgdschedulefree", "schedulefreesgd",
          "kron", "psgdkron");

  @Override
  public Map<String, Family> families() {
    return Map.of("sam", new SamFamily(), "lookahead", new LookaheadFamily());
  }

  /**
   * The groups of the rule inside, read by its own family.
   *
   * @param which "base" or "inner"
   * @param own hyper-parameters of the wrapper, which stand among the effective ones too
   */
  private static List<Group> inside(JsonNode recorded, String which, String... own) {
    JsonNode hyper = recorded.get("hyper");
    String name = family(hyper.get(which).asString());
    Family family = Translation.FAMILIES.get(name);
    ObjectNode inner = (ObjectNode) recorded.deepCopy();
    inner.put("optimizer", name);
    JsonNode given = hyper.get(which + "_hyper");
    inner.set("hyper", given == null ? JsonNodeFactory.instance.objectNode() : given);
    JsonNode effective = inner.get("effective_param_groups");
    if (effective != null) {
      effective.forEach(group -> List.of(own).forEach(((ObjectNode) group)::remove));
    }
    return family.groups(inner);
  }

  /** The family of the rule whose class is called {@code type}: SophiaG is "sophia_g". */
  private static String family(String type) {
    String letters = letters(type.substring(type.lastIndexOf('.') + 1));
    String alias = OTHER_NAMES.getOrDefault(letters, letters);
    return Translation.FAMILIES.keySet().stream()
        .filter(name -> letters(name).equals(alias))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no family knows the rule inside: '" + type + "'"));
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** The wrapper's own hyper-parameters as recorded. */
  private static Recorded own(Trajectory run, String which) {
    Recorded r = Recorded.of(run.recorded().get("hyper"));
    return r.drop(which, which + "_hyper");
  }

  /** The second gradient is computed here, of f(w) = ½Σaw² + ¼Σbw⁴, and compared on the way. */
  private static final class SamFamily implements Family {

    @Override
    public List<Group> groups(JsonNode recorded) {
      if (Recorded.maximizes(recorded)) {
        throw new IllegalArgumentException(
            "a base that goes uphill from where SAM has gone uphill: a saddle, not a minimum");
      }
      return inside(recorded, "base", "rho", "adaptive");
    }

    @Override
    public void configure(Trajectory run, OptimizerBuilder optimizer) {
      Recorded r = own(run, "base");
      r.defaults(Map.of("rho", 0.05, "adaptive", false));
      optimizer.wrap(Wrappers.make(Sam.class, r.same("rho", "adaptive").finish()));
    }

    @Override
    public void step(Trajectory run, int step) {
      for (int i = 0; i < run.count(); i++) {
        run.compareNow(gradient(run, i), run.file(i, "grads").select(0, step), 1, "g at w", step);
      }
      Optimizer.Outcome outcome =
          run.optimizer()
              .step(
                  1,
                  () -> {
                    try (PointerScope _ = new PointerScope()) {
                      run.optimizer().zeroGrad();
                      for (int i = 0; i < run.count(); i++) {
                        Tensor at = run.file(i, "perturbed").select(0, step);
                        run.compareNow(run.parameter(i), at, 1, "w + e of " + i, step);
                        Tensor g = gradient(run, i);
                        run.compareNow(
                            g, run.file(i, "grads2").select(0, step), 1, "g at w + e", step);
                        run.backpropagate(i, g);
                      }
                    }
                  });
      if (outcome != Optimizer.Outcome.STEPPED) {
        throw new AssertionError("step " + step + " was " + outcome);
      }
    }

    /** aw + bw³ */
    private static Tensor gradient(Trajectory run, int i) {
      Tensor w = run.parameter(i);
      return run.file(i, "a").mul(w).add_(run.file(i, "b").mul(w.pow(new Scalar(3.0))));
    }
  }

  private static final class LookaheadFamily implements Family {

    @Override
    public List<Group> groups(JsonNode recorded) {
      return inside(recorded, "inner");
    }

    @Override
    public void configure(Trajectory run, OptimizerBuilder optimizer) {
      optimizer.wrap(wrapper(run));
    }

    private static Wrapper wrapper(Trajectory run) {
      Recorded r = own(run, "inner");
      if (r.has("decays")) { // airbench
        double[] decays =
            StreamSupport.stream(r.take("decays").spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        long k = r.has("k") ? r.take("k").asLong() : 5;
        r.finish();
        return Lookahead.withDecays(k, decays);
      }
      String repository = run.recorded().get("source").get("repo").asString();
      switch (repository) {
        case "michaelrzhang/lookahead" -> {
          r.defaults(Map.of("k", 5, "alpha", 0.8, "pullback_momentum", "none"));
          r.words(
              "pullback_momentum",
              "pullback",
              Map.of("none", "none", "reset", "reset", "pullback", "shared"));
        }
        case "alphadl/lookahead.pytorch" -> {
          r.defaults(Map.of("k", 5, "alpha", 0.5));
          r.set("sync", "after_first");
        }
        default -> throw new IllegalArgumentException("unknown Lookahead of " + repository);
      }
      r.same("k", "alpha").as("la_steps", "k").as("la_alpha", "alpha");
      return Wrappers.make(Lookahead.class, r.finish());
    }
  }
}
