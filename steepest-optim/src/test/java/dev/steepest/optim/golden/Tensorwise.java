package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;
import static dev.steepest.optim.golden.Translation.precision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.rule.Adafactor;
import dev.steepest.optim.rule.Lamb;
import dev.steepest.optim.rule.Mars;
import dev.steepest.optim.rule.Prodigy;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Rules that look at a whole tensor or group: Adafactor, LAMB, MARS, Prodigy. */
final class Tensorwise implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.ofEntries(
        Map.entry("adafactor", Tensorwise::adafactor),
        Map.entry("lamb", c -> one(Lamb.class, lamb(Recorded.ofCase(c)))),
        Map.entry("mars", c -> one(Mars.class, mars(c, Recorded.ofCase(c)))),
        Map.entry("prodigy", new ProdigyFamily()));
  }

  private static List<Group> adafactor(JsonNode c) {
    String file = c.get("source").get("file").asString();
    Recorded r = Recorded.ofCase(c);
    return one(
        Adafactor.class,
        switch (file) {
          case "torch/optim/_adafactor.py" -> torch(r);
          case "timm/optim/adafactor.py" -> timm(r);
          default -> throw new IllegalArgumentException("unknown Adafactor of " + file);
        });
  }

  private static Recorded torch(Recorded r) {
    r.defaults(Map.of("lr", 0.01, "beta2_decay", -0.8, "d", 1.0, "weight_decay", 0.0));
    r.same("lr", "beta2_decay", "weight_decay").as("d", "clip_threshold");
    r.set("min_dim", 0L).set("step_size", "capped");
    JsonNode eps = r.take("eps");
    if (eps != null) {
      if (!eps.get(0).isNull()) {
        r.set("eps_form", "floor").set("eps1", eps.get(0).asDouble());
      }
      r.set("eps2", eps.get(1).asDouble());
    }
    return r;
  }

  private static Recorded timm(Recorded r) {
    r.set("factoring", "channels").set("eps_form", "added").set("decay", "by_step");
    r.defaults(
        Map.of(
            "eps", 1e-30,
            "eps_scale", 1e-3,
            "clip_threshold", 1.0,
            "decay_rate", -0.8,
            "weight_decay", 0.0,
            "min_dim_size_to_factor", 16.0));
    r.as("eps", "eps1").as("eps_scale", "eps2").as("decay_rate", "beta2_decay");
    r.same("clip_threshold", "weight_decay").as("min_dim_size_to_factor", "min_dim");
    JsonNode lr = r.take("lr");
    boolean relative = lr == null || lr.isNull() || lr.asDouble() == 0;
    boolean warmup = is(r.take("warmup_init"), false);
    boolean scaled = is(r.take("scale_parameter"), true);
    if (relative) {
      r.set("step_size", warmup ? "warming" : "capped").set("scale_parameter", scaled);
    } else {
      // timm looks at the weights' size only where it makes the learning rate itself.
      r.set("step_size", "fixed").set("scale_parameter", false).set("lr", lr.asDouble());
    }
    // The effective beta1 is the first of the given betas; without them there is no moment.
    JsonNode betas = r.take("betas");
    JsonNode beta1 = r.take("beta1");
    JsonNode first = betas == null || betas.isNull() ? beta1 : betas.get(0);
    boolean hasMoment = first != null && !first.isNull();
    r.set("beta1", hasMoment ? first.asDouble() : 0.0);
    r.set("caution", is(r.take("caution"), false) && hasMoment);
    return r.drop("relative_step"); // whether there is no learning rate
  }

  private static Recorded lamb(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 1e-3,
            "betas", List.of(0.9, 0.999),
            "eps", 1e-6,
            "weight_decay", 0.01,
            "bias_correction", true,
            "grad_averaging", true,
            "trust_clip", false,
            "always_adapt", false,
            "caution", false));
    r.same("lr", "eps", "weight_decay", "bias_correction", "grad_averaging");
    r.same("trust_clip", "always_adapt", "caution").pair("betas", "beta1", "beta2");
    JsonNode norm = r.take("max_grad_norm");
    boolean none = norm != null && norm.isNull();
    r.set("max_grad_norm", none ? Double.POSITIVE_INFINITY : norm == null ? 1 : norm.asDouble());
    boolean decoupled = is(r.take("decoupled_decay"), false);
    boolean corrected = is(r.take("corrected_weight_decay"), false);
    r.set("decay", decoupled ? (corrected ? "corrected" : "decoupled") : "coupled");
    return r;
  }

  private static Recorded mars(JsonNode c, Recorded r) {
    r.defaults(
        Map.ofEntries(
            Map.entry("lr", 3e-3),
            Map.entry("betas", List.of(0.95, 0.99)),
            Map.entry("eps", 1e-8),
            Map.entry("weight_decay", 0.0),
            Map.entry("amsgrad", false),
            Map.entry("gamma", 0.025),
            Map.entry("mars_type", "mars-adamw"),
            Map.entry("optimize_1d", false),
            Map.entry("lr_1d", 3e-3),
            Map.entry("betas_1d", List.of(0.9, 0.95)),
            Map.entry("weight_decay_1d", 0.1)));
    r.same("lr", "eps", "weight_decay", "amsgrad", "gamma").pair("betas", "beta1", "beta2");
    r.words(
        "mars_type",
        "base",
        Map.of("mars-adamw", "adamw", "mars-lion", "lion", "mars-shampoo", "shampoo"));
    r.words("optimize_1d", "scope", Map.of("true", "all", "false", "matrices"));
    r.as("lr_1d", "rest_lr").as("weight_decay_1d", "rest_weight_decay");
    r.pair("betas_1d", "rest_beta1", "rest_beta2");
    if (!is(r.take("is_approx"), true)) {
      throw new IllegalArgumentException("MARS is here with its approximate correction only");
    }
    return r.set("precision", precision(c));
  }

  private static boolean is(JsonNode said, boolean otherwise) {
    return said == null ? otherwise : said.asBoolean();
  }

  /** Prodigy's runs record the estimate itself after every step. */
  private static final class ProdigyFamily implements Family {

    @Override
    public List<Group> groups(JsonNode c) {
      Recorded r = Recorded.ofCase(c);
      r.defaults(
          Map.ofEntries(
              Map.entry("lr", 1.0),
              Map.entry("betas", List.of(0.9, 0.999)),
              Map.entry("eps", 1e-8),
              Map.entry("weight_decay", 0.0),
              Map.entry("d0", 1e-6),
              Map.entry("d_coef", 1.0),
              Map.entry("growth_rate", Double.POSITIVE_INFINITY),
              Map.entry("use_bias_correction", false),
              Map.entry("safeguard_warmup", false),
              Map.entry("slice_p", 1L),
              Map.entry("decouple", true)));
      r.same("lr", "eps", "weight_decay", "d0", "d_coef", "growth_rate");
      r.same("use_bias_correction", "safeguard_warmup", "slice_p").pair("betas", "beta1", "beta2");
      r.words("decouple", "decay", Map.of("true", "decoupled", "false", "coupled"));
      JsonNode beta3 = r.take("beta3");
      if (beta3 != null && !beta3.isNull()) {
        r.set("beta3_form", "given").set("beta3", beta3.asDouble());
      }
      return one(Prodigy.class, r.drop("fsdp_in_use"));
    }

    @Override
    public void after(Trajectory run, int step) {
      JsonNode values = run.recorded().get("extra_values");
      double coefficient =
          run.recorded().get("effective_param_groups").get(0).get("d_coef").asDouble();
      double length = 0;
      for (int i = 0; i < run.count(); i++) {
        length += run.state(i, "s").abs().sum().item_double();
      }
      for (int i = 0; i < run.count(); i++) {
        double r = run.state(i, "r").item_double();
        check(values, "d", step, run.state(i, "d").item_double());
        check(values, "d_numerator", step, r);
        check(values, "d_denom", step, length);
        check(values, "d_hat", step, coefficient * r / length);
      }
    }

    /** Sums of some fifty float64 products whose signs differ: a thousand roundings are ample. */
    private static void check(JsonNode values, String name, int step, double actual) {
      if (values == null || !values.has(name)) {
        return;
      }
      double expected = values.get(name).get(step).asDouble();
      assertThat(actual)
          .as("%s after step %d", name, step + 1)
          .isCloseTo(expected, within(1000 * 0x1p-53 * Math.abs(expected)));
    }
  }
}
