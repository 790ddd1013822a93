package dev.steepest.optim.wrap;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import java.util.List;

/** Which parameters a wrapper is meant for. */
public enum Scope {
  /** Matrices and filters: two dimensions or more. */
  WEIGHTS,
  /** Every parameter. */
  ALL;

  boolean takes(Parameter parameter) {
    return this == ALL || parameter.isMatrix();
  }

  List<ParameterState> of(List<ParameterState> all) {
    return all.stream().filter(p -> takes(p.parameter())).toList();
  }
}
