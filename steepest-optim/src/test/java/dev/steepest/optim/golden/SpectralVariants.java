package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;
import static dev.steepest.optim.golden.Translation.precision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.rule.AdaGo;
import dev.steepest.optim.rule.Dion2;
import dev.steepest.optim.rule.NorDion2;
import dev.steepest.optim.rule.NorMuon;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/** NorMuon, AdaGO, Dion2 and NorDion2. */
final class SpectralVariants implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of(
        "adago",
        new AdaGoRuns(),
        "normuon",
        withVariance(SpectralVariants::norMuon),
        "dion2",
        SpectralVariants::dion2,
        "nordion2",
        withVariance(SpectralVariants::norDion2));
  }

  private static Family withVariance(Family plain) {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode recorded) {
        return plain.groups(recorded);
      }

      @Override
      public void end(Trajectory run) {
        plain.end(run);
        // Mean squares of directions near 1, without the learning rate: as exact as the parameters.
        run.compareFinal("variance_final", "variance", 1);
      }
    };
  }

  private static List<Group> norMuon(JsonNode c) {
    Recorded r = microsoftDion(c);
    r.as("mu", "momentum").as("muon_beta2", "beta2").same("nesterov");
    r.words("cautious_wd", "decay", Map.of("true", "cautious", "false", "plain"));
    return Spectral.withScalarGroups(c, r, "normuon", NorMuon.class);
  }

  private static List<Group> dion2(JsonNode c) {
    Recorded r = microsoftDion(c);
    r.same("fraction", "ef_decay");
    return Spectral.withScalarGroups(c, r, "dion2", Dion2.class);
  }

  private static List<Group> norDion2(JsonNode c) {
    Recorded r = microsoftDion(c);
    r.same("fraction").as("mu", "momentum").as("muon_beta2", "beta2");
    return Spectral.withScalarGroups(c, r, "nordion2", NorDion2.class);
  }

  /** What the rules of microsoft/dion have in common, with its defaults where nothing is given. */
  private static Recorded microsoftDion(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    r.defaults(
        Map.ofEntries(
            Map.entry("lr", 0.01),
            Map.entry("mu", 0.95),
            Map.entry("muon_beta2", 0.95),
            Map.entry("fraction", 0.25),
            Map.entry("ef_decay", 0.95),
            Map.entry("weight_decay", 0.01),
            Map.entry("nesterov", false),
            Map.entry("cautious_wd", false),
            Map.entry("epsilon", 1e-8),
            Map.entry("adjust_lr", "spectral_norm"),
            Map.entry("flatten", false),
            Map.entry("use_polar_express", true)));
    r.same("lr", "weight_decay").as("epsilon", "eps").set("precision", precision(c));
    r.words(
        "adjust_lr",
        "scale",
        Map.of("spectral_norm", "spectral", "rms_norm", "match_adamw", "null", "none"));
    r.words(
        "use_polar_express",
        "orthogonalization",
        Map.of("true", "polar_express_speedrun", "false", "five_triples"));
    r.words("flatten", "filters", Map.of("true", "kernel_rows", "false", "stacked"));
    if (r.has("use_gram_newton_schulz") && r.take("use_gram_newton_schulz").asBoolean()) {
      throw new IllegalArgumentException("an iteration from another library, whose set is unknown");
    }
    // The same numbers by other kernels; which shard selects; AdamW's and Lion's betas; printing.
    return r.drop(
        "use_triton",
        "triton_post_ortho",
        "selection_scope",
        "capacity_factor",
        "betas",
        "verbose");
  }

  /** AdaGO as its paper has it and as two programs have it. */
  private static final class AdaGoRuns implements Family {

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
        double alpha =
            Math.max(hyper.get("eps").asDouble(), hyper.get("lr").asDouble() * capped / v);
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
      r.same("lr", "momentum", "gamma", "eps", "v0").set("precision", precision(c));
      return r.words(
          "orthogonalization",
          "orthogonalization",
          Map.of(
              "exact polar factor (SVD)",
              "svd",
              "NS5, KellerJordan coefficients, eps 1e-7",
              "quintic"));
    }

    private static Recorded ese3060(JsonNode c) {
      Recorded r = Recorded.ofCase(c);
      r.same("lr", "momentum", "nesterov", "gamma", "eps").as("backend_steps", "ns_steps");
      r.words("backend", "orthogonalization", Map.of("newtonschulz5", "quintic", "svd", "svd"));
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
}
