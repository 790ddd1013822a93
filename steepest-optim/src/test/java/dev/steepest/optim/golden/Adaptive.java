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
import tools.jackson.databind.JsonNode;

/** Rules that scale each element by what it has seen: NAdam, RMSprop, Adagrad and their kin. */
final class Adaptive implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.ofEntries(
        Map.entry("nadam", c -> one(NAdam.class, nadam(recorded(c)))),
        Map.entry("rmsprop", c -> one(RMSprop.class, rmsprop(recorded(c)))),
        Map.entry("adagrad", c -> one(Adagrad.class, adagrad(recorded(c)))),
        Map.entry("adan", c -> one(Adan.class, adan(recorded(c)))),
        Map.entry("adopt", c -> one(Adopt.class, adopt(recorded(c)))),
        Map.entry("ademamix", c -> one(AdEMAMix.class, ademamix(recorded(c)))),
        Map.entry("sophia_g", sophia()),
        Map.entry("schedule_free_sgd", scheduleFree(ScheduleFreeSgd.class, Adaptive::freeSgd)),
        Map.entry(
            "schedule_free_adamw", scheduleFree(ScheduleFreeAdamW.class, Adaptive::freeAdamW)));
  }

  /** The case without switches that choose among ways to compute the same, or ask for ascent. */
  private static Recorded recorded(JsonNode c) {
    Recorded r = Recorded.ofCase(c);
    JsonNode maximize = r.take("maximize");
    if (maximize != null && maximize.asBoolean()) {
      throw new IllegalArgumentException(
          "the recorded run maximizes; no rule here does: negate the loss");
    }
    return r.drop("foreach", "fused", "capturable", "differentiable");
  }

  private static Recorded nadam(Recorded r) {
    r.same("lr", "eps", "weight_decay", "momentum_decay").pair("betas", "beta1", "beta2");
    return r.words(
        "decoupled_weight_decay", "decay", Map.of("true", "decoupled", "false", "coupled"));
  }

  private static Recorded rmsprop(Recorded r) {
    r.same("lr", "alpha", "eps", "weight_decay", "momentum");
    return r.words("centered", "scale", Map.of("true", "variance", "false", "mean_square"));
  }

  private static Recorded adagrad(Recorded r) {
    r.same("lr", "lr_decay", "eps", "weight_decay");
    return r.as("initial_accumulator_value", "initial_accumulator");
  }

  private static Recorded adan(Recorded r) {
    triple(r).same("lr", "eps", "weight_decay", "max_grad_norm");
    return r.words("no_prox", "decay", Map.of("true", "decoupled", "false", "proximal"));
  }

  private static Recorded adopt(Recorded r) {
    r.same("lr", "eps", "weight_decay").pair("betas", "beta1", "beta2");
    r.words("decouple", "decay", Map.of("true", "decoupled", "false", "coupled"));
    if (!r.has("clip")) {
      return r; // the reference's default is ours
    }
    JsonNode clip = r.take("clip");
    if (clip.isNull()) {
      return r.set("clip", "none");
    }
    if (!clip.asString().startsWith("t^")) {
      throw new IllegalArgumentException("unknown clip " + clip + "; known are powers of t");
    }
    return r.set("clip_exponent", Double.parseDouble(clip.asString().substring(2)));
  }

  private static Recorded ademamix(Recorded r) {
    triple(r).same("lr", "eps", "weight_decay", "alpha");
    for (String warmup : List.of("alpha_warmup", "beta3_warmup")) {
      JsonNode steps = r.take(warmup);
      r.set(warmup, steps == null || steps.isNull() ? 0L : steps.asLong());
    }
    return r;
  }

  private static Recorded triple(Recorded r) {
    JsonNode betas = r.take("betas");
    for (int i = 0; i < 3; i++) {
      r.set("beta" + (i + 1), betas.get(i).asDouble());
    }
    return r;
  }

  /** The gradients of drawn labels come when the run says, which is not always every so often. */
  private static Family sophia() {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode c) {
        Recorded r = recorded(c).drop("hessian_after_steps");
        r.same("lr", "rho", "weight_decay").pair("betas", "beta1", "beta2");
        return one(SophiaG.class, r.as("bs", "batch_size"));
      }

      @Override
      public void before(Trajectory run, int step) {
        JsonNode moments = run.recorded().get("hyper").get("hessian_after_steps");
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
    return r.same("lr", "momentum", "weight_decay", "warmup_steps", "r", "weight_lr_power");
  }

  private static Recorded freeAdamW(Recorded r) {
    r.same("lr", "eps", "weight_decay", "warmup_steps", "r", "weight_lr_power");
    return r.same("inner_momentum").pair("betas", "beta1", "beta2");
  }

  /** Base and evaluation points are recorded after every step. */
  private static Family scheduleFree(
      Class<? extends Rule> rule, Function<Recorded, Recorded> hyper) {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode c) {
        return one(rule, hyper.apply(recorded(c)));
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
