package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;
import static dev.steepest.optim.golden.Translation.precision;

import dev.steepest.optim.Rule;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Dion;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.Scion;
import dev.steepest.optim.rule.ScionLight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;

/** Muon, Scion, Dion: rules that orthogonalise or normalise matrices. */
final class Spectral implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.ofEntries(
        Map.entry("muon", Spectral::muon),
        Map.entry("muon_torch", Spectral::muonTorch),
        Map.entry("muon_moonlight", Spectral::muonMoonlight),
        Map.entry("muon_airbench", Spectral::muonAirbench),
        Map.entry("muon_dion", Spectral::muonDion),
        Map.entry("scion", c -> one(Scion.class, scion(c, Recorded.ofCase(c)))),
        Map.entry("scionlight", c -> one(ScionLight.class, scion(c, Recorded.ofCase(c)))),
        Map.entry("dion", withBasis(Spectral::dion)),
        Map.entry("dion_simple", withBasis(Spectral::dionSimple)));
  }

  /** Dion's runs start from a given basis and record it after each step. */
  private static Family withBasis(Family plain) {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode recorded) {
        return plain.groups(recorded);
      }

      @Override
      public void start(Trajectory run) {
        // A given first basis goes in by the door that checkpoints use.
        Map<String, Tensor> state = new TreeMap<>();
        for (int i = 0; i < run.count(); i++) {
          if (run.has(i, "Q0")) {
            String name = Trajectory.name(i);
            state.put(name + "/q", run.file(i, "Q0").unsqueeze(0));
            state.put(name + "/momentum", torch.zeros_like(run.parameter(i)));
            state.put(name + "/step", torch.zeros(new long[0]));
          }
        }
        run.optimizer().load(state);
      }

      @Override
      public void after(Trajectory run, int step) {
        for (int i = 0; i < run.count(); i++) {
          if (run.has(i, "Q_after")) {
            Tensor expected = run.file(i, "Q_after").select(0, step);
            Tensor actual = run.state(i, "q").squeeze(0);
            // The sign of a column follows the factorisation in use and does not reach the
            // parameters. Columns have length one, so a basis carries the relative error that the
            // parameters carry times the learning rate: hence 100.
            Tensor sign = actual.mul(expected).sum(0).sign();
            run.compareNow(actual.mul(sign), expected, 100, "basis " + i, step);
          }
        }
      }
    };
  }

  private static List<Group> muon(JsonNode c) {
    List<Group> groups = new ArrayList<>();
    Recorded r = Recorded.of(c.get("hyper"));
    r.same("lr", "momentum", "weight_decay", "nesterov", "ns_steps");
    r.set("scale", "kernel_sides").set("precision", precision(c));
    r.words(
        "orthogonalization", "orthogonalization", Map.of("exact polar factor U V^T (SVD)", "svd"));
    boolean withAdam = r.has("adam");
    if (withAdam) {
      Recorded adam = Recorded.of(r.take("adam"));
      adam.same("lr", "eps", "weight_decay").pair("betas", "beta1", "beta2");
      groups.add(new Group("adam", AdamW.class, adam.finish()));
    }
    groups.add(new Group(withAdam ? "muon" : null, Muon.class, r.finish()));
    return groups;
  }

  private static List<Group> muonTorch(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    r.same("lr", "momentum", "weight_decay", "nesterov", "ns_steps", "eps");
    r.words(
        "adjust_lr_fn", "scale", Map.of("original", "fan_ratio", "match_rms_adamw", "match_adamw"));
    return one(Muon.class, r.set("eps_form", "clamp").set("precision", precision(c)));
  }

  private static List<Group> muonMoonlight(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    r.same("lr", "momentum", "nesterov", "ns_steps").as("wd", "weight_decay");
    r.set("momentum_form", "sum").set("scale", "match_adamw").set("precision", precision(c));
    if (!r.has("adamw_betas")) {
      return one(Muon.class, r);
    }
    Recorded adam = Recorded.of(c.get("hyper"));
    adam.same("lr")
        .as("wd", "weight_decay")
        .as("adamw_eps", "eps")
        .pair("adamw_betas", "beta1", "beta2");
    adam.drop("momentum", "nesterov", "ns_steps");
    adam.set("eps_form", "epsilon_hat");
    r.drop("adamw_betas", "adamw_eps");
    return List.of(
        new Group("muon", Muon.class, r.finish()), new Group("adamw", AdamW.class, adam.finish()));
  }

  private static List<Group> muonAirbench(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    r.same("lr", "momentum", "nesterov");
    r.set("momentum_form", "sum")
        .set("scale", "none")
        .set("ns_steps", 3L)
        .set("weight_norm", "reset");
    return one(Muon.class, r.set("precision", precision(c)));
  }

  private static List<Group> muonDion(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    // Of its default False, and of Polar Express, only departures are recorded.
    r.defaults(Map.of("nesterov", false, "use_polar_express", true, "adjust_lr", "spectral_norm"));
    r.same("lr", "weight_decay", "nesterov").as("mu", "momentum").as("epsilon", "eps");
    r.words(
        "adjust_lr",
        "scale",
        Map.of("spectral_norm", "spectral", "rms_norm", "match_adamw", "null", "none"));
    r.words(
        "use_polar_express",
        "orthogonalization",
        Map.of("true", "polar_express_speedrun", "false", "five_triples"));
    r.words("cautious_wd", "decay", Map.of("true", "cautious", "false", "plain"));
    r.drop("flatten"); // filters are always flattened here; a case without it has matrices only
    return one(Muon.class, r.set("momentum_form", "sum").set("precision", precision(c)));
  }

  private static Recorded scion(JsonNode c, Recorded r) {
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
      kwargs.words("normalized", "scaling", Map.of("true", "scaled", "false", "unscaled"));
      kwargs.same("transpose").as("max", "floor_at_one").as("steps", "ns_steps");
      kwargs.finish().forEach(r::set);
    }
    return r.set("precision", precision(c));
  }

  private static List<Group> dion(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    r.same("lr", "weight_decay", "rank_fraction", "rank_multiple_of");
    r.as("mu", "momentum").as("epsilon", "eps").as("power_iters", "power_iterations");
    r.words("qr_method", "qr", Map.of("qr", "qr", "rcqr", "rcqr"));
    r.drop("rcqr_oversample"); // a detail of the sketch, which changes the result by rounding only
    return withScalarGroups(c, r, "dion", Dion.class);
  }

  /** A rule of microsoft/dion beside the element-wise rules that its optimizers have built in. */
  static List<Group> withScalarGroups(
      JsonNode c, Recorded r, String role, Class<? extends Rule> rule) {
    List<Group> groups = new ArrayList<>();
    boolean mixed = r.has("scalar_groups");
    if (mixed) {
      JsonNode others = r.take("scalar_groups");
      for (String name : others.propertyNames()) {
        Recorded other = Recorded.of(others.get(name));
        other.same("lr", "beta1", "beta2", "weight_decay");
        if (name.equals("adamw")) {
          other.set("eps", c.get("hyper").get("epsilon").asDouble());
        }
        Class<? extends Rule> elementWise =
            switch (name) {
              case "lion" -> Lion.class;
              case "adamw" -> AdamW.class;
              default -> throw new IllegalArgumentException("unknown scalar group " + name);
            };
        groups.add(new Group(name, elementWise, other.finish()));
      }
    }
    groups.add(new Group(mixed ? role : null, rule, r.finish()));
    return groups;
  }

  private static List<Group> dionSimple(JsonNode c) {
    Recorded r = Recorded.of(c.get("hyper"));
    r.same("lr", "weight_decay", "rank").as("mu", "momentum").as("epsilon", "eps");
    return one(Dion.class, r.set("orientation", "as_is"));
  }
}
