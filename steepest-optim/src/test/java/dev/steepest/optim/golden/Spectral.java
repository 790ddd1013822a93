package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;
import static dev.steepest.optim.golden.Translation.precision;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.Scion;
import dev.steepest.optim.rule.ScionLight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Muon and Scion: rules that orthogonalise or normalise matrices. */
final class Spectral implements Family.Families {

  private static final List<Double> BETAS = List.of(0.9, 0.95); // of the AdamW beside Muon
  private static final Set<String> BESIDE = Set.of("adam", "adamw"); // roles of its parameters

  @Override
  public Map<String, Family> families() {
    return Map.ofEntries(
        Map.entry("muon", Spectral::muon),
        Map.entry("muon_torch", Spectral::muonTorch),
        Map.entry("muon_moonlight", Spectral::muonMoonlight),
        Map.entry("muon_airbench", Spectral::muonAirbench),
        Map.entry("scion", c -> one(Scion.class, scion(c, Recorded.ofCase(c)))),
        Map.entry("scionlight", c -> one(ScionLight.class, scion(c, Recorded.ofCase(c)))));
  }

  private static List<Group> muon(JsonNode c) {
    Recorded r =
        Recorded.ofCase(c, c.get("hyper"), group -> group.path("use_muon").asBoolean(true));
    r.defaults(
        Map.of(
            "lr", 0.02, "momentum", 0.95, "weight_decay", 0.0, "nesterov", true, "ns_steps", 5L));
    r.same("lr", "momentum", "weight_decay", "nesterov", "ns_steps").drop("use_muon");
    r.set("scale", "kernel_sides").set("precision", precision(c));
    RecordedOrthogonalization.read(r, "orthogonalization");
    JsonNode beside = r.take("adam");
    return withAdamW(
        c,
        r,
        () -> {
          Recorded adam =
              Recorded.ofCase(
                  c,
                  beside == null ? JsonNodeFactory.instance.objectNode() : beside,
                  group -> !group.path("use_muon").asBoolean(true));
          adam.defaults(Map.of("lr", 3e-4, "betas", BETAS, "eps", 1e-10, "weight_decay", 0.0));
          adam.same("lr", "eps", "weight_decay").pair("betas", "beta1", "beta2");
          return adam.drop("use_muon");
        });
  }

  private static List<Group> muonTorch(JsonNode c) {
    Recorded r = Recorded.ofCase(c);
    r.defaults(
        Map.of(
            "lr",
            1e-3,
            "momentum",
            0.95,
            "weight_decay",
            0.1,
            "nesterov",
            true,
            "ns_steps",
            5L,
            "eps",
            1e-7,
            "adjust_lr_fn",
            "original"));
    r.same("lr", "momentum", "weight_decay", "nesterov", "eps");
    long steps = r.has("ns_steps") ? r.take("ns_steps").asLong() : 5;
    r.set("ns_steps", steps);
    if (r.has("ns_coefficients")) {
      // One triple for every iteration.
      List<JsonNode> triples = Collections.nCopies((int) steps, r.take("ns_coefficients"));
      r.set(
          "orthogonalization",
          RecordedOrthogonalization.ofTriples(triples).name().toLowerCase(Locale.ROOT));
    }
    r.words(
        "adjust_lr_fn",
        "scale",
        Map.of("original", "fan_ratio", "null", "fan_ratio", "match_rms_adamw", "match_adamw"));
    return one(Muon.class, r.set("eps_form", "clamp").set("precision", precision(c)));
  }

  private static List<Group> muonMoonlight(JsonNode c) {
    Map<String, Object> defaults =
        Map.of(
            "lr",
            1e-3,
            "wd",
            0.1,
            "momentum",
            0.95,
            "nesterov",
            true,
            "ns_steps",
            5L,
            "adamw_betas",
            BETAS,
            "adamw_eps",
            1e-8);
    Recorded r = Recorded.ofCase(c);
    r.defaults(defaults);
    r.same("lr", "momentum", "nesterov", "ns_steps").as("wd", "weight_decay");
    r.set("momentum_form", "sum").set("scale", "match_adamw").set("precision", precision(c));
    r.drop("adamw_betas", "adamw_eps");
    return withAdamW(
        c,
        r,
        () -> {
          Recorded adam = Recorded.ofCase(c);
          adam.defaults(defaults);
          adam.same("lr")
              .as("wd", "weight_decay")
              .as("adamw_eps", "eps")
              .pair("adamw_betas", "beta1", "beta2");
          return adam.drop("momentum", "nesterov", "ns_steps").set("eps_form", "epsilon_hat");
        });
  }

  /** A second group where some parameters' role says so. */
  private static List<Group> withAdamW(JsonNode c, Recorded r, Supplier<Recorded> adam) {
    List<Group> groups = new ArrayList<>();
    for (String role : Translation.roles(c)) {
      if (BESIDE.contains(role)) {
        groups.add(new Group(role, AdamW.class, adam.get().finish()));
      }
    }
    groups.add(new Group(Translation.ownRole(c, BESIDE), Muon.class, r.finish()));
    return groups;
  }

  private static List<Group> muonAirbench(JsonNode c) {
    Recorded r = Recorded.ofCase(c);
    r.defaults(Map.of("lr", 1e-3, "momentum", 0.0, "nesterov", false));
    r.same("lr", "momentum", "nesterov");
    r.set("momentum_form", "sum")
        .set("scale", "none")
        .set("ns_steps", 3L)
        .set("weight_norm", "reset");
    return one(Muon.class, r.set("precision", precision(c)));
  }

  private static Recorded scion(JsonNode c, Recorded r) {
    r.defaults(
        Map.of("lr", 1e-3, "momentum", 1.0, "scale", 1.0, "unconstrained", false, "norm", "Auto"));
    r.same("lr", "momentum", "scale");
    r.words("unconstrained", "constraint", Map.of("true", "none", "false", "ball"));
    r.words(
        "norm",
        "norm",
        Map.of(
            "Auto",
            "auto",
            "Spectral",
            "spectral",
            "SpectralConv",
            "spectral_conv",
            "Sign",
            "sign",
            "ColNorm",
            "col_norm",
            "RowNorm",
            "row_norm",
            "BiasRMS",
            "bias_rms"));
    if (r.has("norm_kwargs")) {
      Recorded kwargs = Recorded.of(r.take("norm_kwargs"));
      kwargs.drop("zero_init"); // the weights' first values, which are recorded
      kwargs.words("normalized", "scaling", Map.of("true", "scaled", "false", "unscaled"));
      kwargs.same("transpose").as("max", "floor_at_one").as("steps", "ns_steps");
      kwargs.finish().forEach(r::set);
    }
    return r.set("precision", precision(c));
  }
}
