package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;
import static dev.steepest.optim.golden.Translation.precision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.rule.AdaGo;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/** AdaGO as its paper has it and as two programs have it. */
final class AdaGoRuns implements Family, Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of("adago", this);
  }

  private static final String ESE3060 = "AdAGo";
  private static final String PYTORCH_OPTIMIZER = "AdaGO";

  @Override
  public List<Group> groups(JsonNode c) {
    return one(
        AdaGo.class,
        switch (program(c)) {
          case ESE3060 -> ese3060(c);
          case PYTORCH_OPTIMIZER -> pytorchOptimizer(c);
          default -> paper(c);
        });
  }

  /** ese-3060 takes three times as many rows as columns for fused queries, keys and values. */
  @Override
  public int blocks(JsonNode c, Tensor parameter) {
    boolean fused = parameter.dim() == 2 && parameter.size(0) == 3 * parameter.size(1);
    return program(c).equals(ESE3060) && fused ? 3 : 1;
  }

  @Override
  public void after(Trajectory run, int step) {
    JsonNode values = run.recorded().get("extra_values");
    if (values == null || !values.has("alpha")) {
      return;
    }
    // α by the paper's formula from the accumulator that the optimizer keeps.
    JsonNode hyper = run.recorded().get("hyper");
    for (int i = 0; i < run.count(); i++) {
      double norm = run.file(i, "grads").select(0, step).norm().item_double();
      double v = Math.sqrt(run.state(i, "accumulator").item_double());
      double capped = Math.min(norm, hyper.get("gamma").asDouble());
      double alpha = Math.max(hyper.get("eps").asDouble(), hyper.get("lr").asDouble() * capped / v);
      assertThat(alpha)
          .as("alpha of %s after step %s", Trajectory.name(i), step + 1)
          .isCloseTo(values.get("alpha").get(step).get(i).asDouble(), within(run.tolerance()));
    }
  }

  private static String program(JsonNode c) {
    return c.get("source").get("cls").asString();
  }

  private static Recorded paper(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    r.same("lr", "momentum", "gamma", "eps", "v0", "ns_steps").set("precision", precision(c));
    RecordedOrthogonalization.read(r, "orthogonalization");
    return r;
  }

  private static Recorded ese3060(JsonNode c) {
    Recorded r = Recorded.ofCase(c);
    r.same("lr", "momentum", "nesterov", "gamma", "eps").as("backend_steps", "ns_steps");
    RecordedOrthogonalization.read(r, "backend");
    r.set("momentum_form", "sum").set("scope", "group").set("floor", "fixed").set("v0", 0.0);
    return r.set("scale", "max_side").set("precision", precision(c));
  }

  private static Recorded pytorchOptimizer(JsonNode c) {
    Recorded r = Recorded.ofCase(c);
    r.same("lr", "momentum", "nesterov", "gamma", "eps", "weight_decay", "ns_steps");
    r.words("weight_decouple", "decay", Map.of("true", "decoupled", "false", "coupled"));
    r.words("use_adjusted_lr", "scale", Map.of("true", "fan_ratio", "false", "match_adamw"));
    // v starts the sum of squares itself.
    r.set("v0", Math.sqrt(r.has("v") ? r.take("v").asDouble() : 1e-6));
    // Its Nesterov step is made in the gradient's place, and the norm is taken after it.
    boolean nesterov = c.get("hyper").path("nesterov").asBoolean();
    r.set("numerator", nesterov ? "direction" : "gradient");
    r.set("divisor", "square").set("floor", "fixed");
    r.set("norm_guard", "clamp").set("precision", precision(c));
    return r.drop("use_muon"); // says that the group is AdaGO's
  }
}
