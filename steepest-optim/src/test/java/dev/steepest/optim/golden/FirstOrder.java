package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;

import dev.steepest.optim.rule.Adam;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Sgd;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Rules that work on each element or on whole tensors, without matrices. */
final class FirstOrder implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.ofEntries(
        Map.entry("sgd", c -> one(Sgd.class, sgd(Recorded.ofCase(c)))),
        Map.entry("adam", c -> adam(Recorded.ofCase(c), false, 0)),
        Map.entry("adamw", c -> adam(Recorded.ofCase(c), true, 0.01)),
        Map.entry("lion", c -> one(Lion.class, lion(Recorded.ofCase(c)))));
  }

  private static Recorded sgd(Recorded r) {
    r.defaults(
        Map.of(
            "lr", 1e-3, "momentum", 0.0, "dampening", 0.0, "weight_decay", 0.0, "nesterov", false));
    return r.same("lr", "momentum", "dampening", "weight_decay", "nesterov");
  }

  /** Adam and AdamW of torch, which are one class with a switch. */
  private static List<Group> adam(Recorded r, boolean decoupled, double weightDecay) {
    r.defaults(
        Map.of(
            "lr",
            1e-3,
            "betas",
            List.of(0.9, 0.999),
            "eps",
            1e-8,
            "weight_decay",
            weightDecay,
            "amsgrad",
            false));
    r.same("lr", "eps", "weight_decay", "amsgrad").pair("betas", "beta1", "beta2");
    JsonNode said = r.take("decoupled_weight_decay");
    return one((said == null ? decoupled : said.asBoolean()) ? AdamW.class : Adam.class, r);
  }

  private static Recorded lion(Recorded r) {
    r.defaults(Map.of("lr", 1e-4, "betas", List.of(0.9, 0.99), "weight_decay", 0.0));
    r.same("lr", "weight_decay").pair("betas", "beta1", "beta2");
    return r.words(
        "decoupled_weight_decay", "decay", Map.of("true", "independent", "false", "times_lr"));
  }
}
