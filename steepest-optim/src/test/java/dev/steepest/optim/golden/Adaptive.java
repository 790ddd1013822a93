package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;

import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Rule;
import dev.steepest.optim.rule.AdEMAMix;
import dev.steepest.optim.rule.Adagrad;
import dev.steepest.optim.rule.Adan;
import dev.steepest.optim.rule.Adopt;
import dev.steepest.optim.rule.NAdam;
import dev.steepest.optim.rule.RMSprop;
import dev.steepest.optim.rule.ScheduleFreeAdamW;
import dev.steepest.optim.rule.ScheduleFreeSgd;
import dev.steepest.optim.rule.SophiaG;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Rules that scale each element by what it has seen: NAdam, RMSprop, Adagrad and their kin. */
final class Adaptive implements Family.Families {

  private static final List<Double> MOMENTS = List.of(0.9, 0.999); // torch's betas
  private static final Pattern POWER = Pattern.compile("(?:([0-9.e-]+)\\s*\\*\\s*)?t\\^([0-9.]+)");

  @Override
  public Map<String, Family> families() {
    return Map.ofEntries(
        Map.entry("nadam", c -> one(NAdam.class, nadam(Recorded.ofCase(c)))),
        Map.entry("rmsprop", c -> one(RMSprop.class, rmsprop(Recorded.ofCase(c)))),
        Map.entry("adagrad", c -> one(Adagrad.class, adagrad(Recorded.ofCase(c)))),
        Map.entry("adan", c -> one(Adan.class, adan(Recorded.ofCase(c)))),
        Map.entry("adopt", c -> one(Adopt.class, adopt(Recorded.ofCase(c)))),
        Map.entry("ademamix", c -> one(AdEMAMix.class, ademamix(Recorded.ofCase(c)))),
        Map.entry("sophia_g", sophia()),
        Map.entry("schedule_free_sgd", scheduleFree(ScheduleFreeSgd.class, Adaptive::freeSgd)),
        Map.entry(
            "schedule_free_adamw", scheduleFree(ScheduleFreeAdamW.class, Adaptive::freeAdamW)));
  }

  private static Recorded nadam(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 2e-3,
            "betas", MOMENTS,
            "eps", 1e-8,
            "weight_decay", 0.0,
            "momentum_decay", 4e-3));
    r.same("lr", "eps", "weight_decay", "momentum_decay").pair("betas", "beta1", "beta2");
    return r.words(
        "decoupled_weight_decay", "decay", Map.of("true", "decoupled", "false", "coupled"));
  }

  private static Recorded rmsprop(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 0.01,
            "alpha", 0.99,
            "eps", 1e-8,
            "weight_decay", 0.0,
            "momentum", 0.0,
            "centered", false));
    r.same("lr", "alpha", "eps", "weight_decay", "momentum");
    return r.words("centered", "scale", Map.of("true", "variance", "false", "mean_square"));
  }

  private static Recorded adagrad(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 0.01,
            "lr_decay", 0.0,
            "eps", 1e-10,
            "weight_decay", 0.0,
            "initial_accumulator_value", 0.0));
    r.same("lr", "lr_decay", "eps", "weight_decay");
    return r.as("initial_accumulator_value", "initial_accumulator");
  }

  private static Recorded adan(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 1e-3,
            "betas", List.of(0.98, 0.92, 0.99),
            "eps", 1e-8,
            "weight_decay", 0.0,
            "max_grad_norm", 0.0,
            "no_prox", false));
    r.several("betas", "beta1", "beta2", "beta3")
        .same("lr", "eps", "weight_decay", "max_grad_norm");
    return r.words("no_prox", "decay", Map.of("true", "decoupled", "false", "proximal"));
  }

  private static Recorded adopt(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 1e-3,
            "betas", List.of(0.9, 0.9999),
            "eps", 1e-6,
            "weight_decay", 0.0,
            "decouple", false));
    r.same("lr", "eps", "weight_decay").pair("betas", "beta1", "beta2");
    r.words("decouple", "decay", Map.of("true", "decoupled", "false", "coupled"));
    if (!r.has("clip")) {
      return r; // the reference's default is ours
    }
    JsonNode clip = r.take("clip");
    if (clip.isNull()) {
      return r.set("clip", "none");
    }
    if (clip.isNumber()) {
      return r.set("clip_exponent", 0.0).set("clip_scale", clip.asDouble());
    }
    Matcher power = POWER.matcher(clip.asString());
    if (!power.matches()) {
      throw new IllegalArgumentException(
          "unknown clip " + clip + "; known are numbers and powers of t");
    }
    if (power.group(1) != null) {
      r.set("clip_scale", Double.parseDouble(power.group(1)));
    }
    return r.set("clip_exponent", Double.parseDouble(power.group(2)));
  }

  private static Recorded ademamix(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 1e-3,
            "betas", List.of(0.9, 0.999, 0.9999),
            "eps", 1e-8,
            "weight_decay", 0.0,
            "alpha", 2.0));
    r.several("betas", "beta1", "beta2", "beta3").same("lr", "eps", "weight_decay", "alpha");
    for (String warmup : List.of("alpha_warmup", "beta3_warmup")) {
      JsonNode steps = r.take(warmup);
      r.set(warmup, steps == null || steps.isNull() ? 0L : steps.asLong());
    }
    return r;
  }

  /** The gradients of drawn labels come when the run says, which is not always every so often. */
  private static Family sophia() {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode c) {
        Recorded r = Recorded.ofCase(c).drop("hessian_after_steps");
        r.defaults(
            Map.of(
                "lr", 1e-4,
                "betas", List.of(0.965, 0.99),
                "rho", 0.04,
                "weight_decay", 0.1,
                "bs", 5120.0));
        r.same("lr", "rho", "weight_decay").pair("betas", "beta1", "beta2");
        return one(SophiaG.class, r.as("bs", "batch_size"));
      }

      @Override
      public void before(Trajectory run, int step) {
        JsonNode moments = run.recorded().get("hyper").path("hessian_after_steps");
        for (int i = 0; i < moments.size(); i++) {
          if (moments.get(i).asInt() == step) {
            run.backpropagate("hess_grads", i);
            run.optimizer().observeCurvature();
          }
        }
      }
    };
  }

  private static Recorded freeSgd(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 1.0,
            "momentum", 0.9,
            "weight_decay", 0.0,
            "warmup_steps", 0.0,
            "r", 0.0,
            "weight_lr_power", 2.0));
    return r.same("lr", "momentum", "weight_decay", "warmup_steps", "r", "weight_lr_power");
  }

  private static Recorded freeAdamW(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 0.0025,
            "betas", MOMENTS,
            "eps", 1e-8,
            "weight_decay", 0.0,
            "warmup_steps", 0.0,
            "r", 0.0,
            "weight_lr_power", 2.0));
    r.same("lr", "eps", "weight_decay", "warmup_steps", "r", "weight_lr_power");
    return r.same("inner_momentum").pair("betas", "beta1", "beta2");
  }

  /** Base and evaluation points are recorded after every step. */
  private static Family scheduleFree(
      Class<? extends Rule> rule, Function<Recorded, Recorded> hyper) {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode c) {
        return one(rule, hyper.apply(Recorded.ofCase(c)));
      }

      @Override
      public void after(Trajectory run, int step) {
        run.compareState("z_after", "base", step, 1);
        try (Evaluation _ = run.optimizer().evaluating()) {
          for (int i = 0; i < run.count(); i++) {
            run.compareNow(
                run.parameter(i), run.file(i, "eval_after").select(0, step), 1, "x " + i, step);
          }
        }
        run.compareParameters(step);
      }
    };
  }
}
