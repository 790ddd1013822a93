package dev.steepest.optim.contract;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Rule;
import dev.steepest.optim.rule.SignDescent;
import java.util.List;

/** A rule that is one file in the test sources, in the rules' package: being there must suffice. */
final class OnlyInTests {

  static final Class<? extends Rule> RULE = SignDescent.class;

  private OnlyInTests() {}

  static Optimizer optimizer(Rule rule, Parameter parameter) {
    return new Optimizer(List.of(new ParameterGroup("all", rule, List.of(parameter))));
  }
}
