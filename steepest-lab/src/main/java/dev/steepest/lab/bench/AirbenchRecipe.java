package dev.steepest.lab.bench;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.optim.wrap.Lookahead;
import java.util.ArrayList;
import java.util.List;

/**
 * The optimizers of airbench94 (KellerJordan/cifar10-airbench) as far as their cost goes: the rules
 * and what they compute, but one small learning rate for all, at which weights stay about where
 * they are on images without meaning.
 */
public enum AirbenchRecipe {
  /** {@code legacy/airbench94.py}: SGD with Nesterov momentum inside Lookahead. */
  LEGACY {
    @Override
    public Optimizer on(List<Parameter> parameters) {
      return Optimizer.builder(List.of(sgd(parameters)))
          .wrap(Lookahead.builder().k(5).build())
          .build();
    }
  },
  /** {@code airbench94_muon.py}: Muon on filters, whose norms it resets; SGD on the rest. */
  MUON {
    @Override
    public Optimizer on(List<Parameter> parameters) {
      List<Parameter> filters = parameters.stream().filter(p -> p.role() == Role.CONV).toList();
      List<Parameter> rest = parameters.stream().filter(p -> p.role() != Role.CONV).toList();
      List<ParameterGroup> groups = new ArrayList<>();
      if (!filters.isEmpty()) {
        Muon muon =
            Muon.builder()
                .lr(STILL)
                .momentum(0.6)
                .momentumForm(Muon.MomentumForm.SUM)
                .nesterov(true)
                .nsSteps(3)
                .weightNorm(Muon.WeightNorm.RESET)
                .build();
        groups.add(new ParameterGroup("filters", muon, filters));
      }
      if (!rest.isEmpty()) {
        groups.add(sgd(rest));
      }
      return Optimizer.builder(groups).build();
    }
  };

  private static final double STILL = 1e-4; // assumed: small beside weights of about 0.02

  /** An optimizer of these parameters, with state of its own. */
  public abstract Optimizer on(List<Parameter> parameters);

  private static ParameterGroup sgd(List<Parameter> parameters) {
    return new ParameterGroup(
        "rest",
        Sgd.builder().lr(STILL).momentum(0.85).weightDecay(5e-4).nesterov(true).build(),
        parameters);
  }
}
