package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;

import dev.steepest.optim.rule.Adam;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Sgd;
import java.util.Map;

/** Rules that work on each element or on whole tensors, without matrices. */
final class FirstOrder implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.ofEntries(
        Map.entry("sgd", c -> one(Sgd.class, sgd(Recorded.ofCase(c)))),
        Map.entry("adam", c -> one(Adam.class, adam(Recorded.ofCase(c)))),
        Map.entry("adamw", c -> one(AdamW.class, adam(Recorded.ofCase(c)))),
        Map.entry("lion", c -> one(Lion.class, lion(Recorded.ofCase(c)))));
  }

  private static Recorded sgd(Recorded r) {
    r.defaults(Map.of("momentum", 0.0, "dampening", 0.0, "weight_decay", 0.0, "nesterov", false));
    return r.same("lr", "momentum", "dampening", "weight_decay", "nesterov");
  }

  /** Adam, and AdamW of torch, whose defaults stand in the effective groups. */
  private static Recorded adam(Recorded r) {
    return r.same("lr", "eps", "weight_decay", "amsgrad").pair("betas", "beta1", "beta2");
  }

  private static Recorded lion(Recorded r) {
    r.defaults(Map.of("weight_decay", 0.0));
    r.same("lr", "weight_decay").pair("betas", "beta1", "beta2");
    return r.words(
        "decoupled_weight_decay", "decay", Map.of("true", "independent", "false", "times_lr"));
  }
}
