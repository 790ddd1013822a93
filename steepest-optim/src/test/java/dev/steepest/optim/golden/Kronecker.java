package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.one;

import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.rule.PsgdKron;
import dev.steepest.optim.rule.Shampoo;
import dev.steepest.optim.rule.Soap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/** Rules with a factor per dimension: Shampoo, SOAP, PSGD-Kron. */
final class Kronecker implements Family.Families {

  @Override
  public Map<String, Family> families() {
    return Map.of(
        "shampoo",
        c -> one(Shampoo.class, shampoo(Recorded.ofCase(c))),
        "soap",
        withBases(c -> one(Soap.class, soap(Recorded.ofCase(c)))),
        "psgd_kron",
        withProbes(c -> one(PsgdKron.class, psgd(Recorded.ofCase(c)))));
  }

  private static Recorded shampoo(Recorded r) {
    // Of these, only departures are recorded.
    r.defaults(
        Map.of(
            "weight_decay_type", "DECOUPLED",
            "beta3", -1.0,
            "target_parameter_dimensionality", 1.0));
    r.same("lr", "beta3", "weight_decay", "precondition_frequency");
    r.whole("max_preconditioner_dim", "max_preconditioner_dim");
    r.pair("betas", "beta1", "beta2")
        .as("epsilon", "eps")
        .as("use_bias_correction", "bias_correction");
    r.as("target_parameter_dimensionality", "target_dimensionality");
    r.words(
        "weight_decay_type",
        "decay",
        Map.of(
            "DECOUPLED", "decoupled",
            "L2", "l2",
            "CORRECTED", "corrected",
            "INDEPENDENT", "independent"));
    // The reference's -1 is the frequency.
    if (r.has("start_preconditioning_step") && r.isNegative("start_preconditioning_step")) {
      r.drop("start_preconditioning_step").set("start_preconditioning_step", 0);
    }
    r.whole("start_preconditioning_step", "start_preconditioning_step");
    // Empty places of the reference's constructor; what is in use is recorded under its own name.
    dropNull(r, "iterate_averaging_config", "grafting_config");
    if (r.has("grafting")) {
      Recorded graft = Recorded.of(r.take("grafting"));
      graft.words(
          "type",
          "graft",
          Map.of(
              "SGDPreconditionerConfig", "sgd",
              "AdaGradPreconditionerConfig", "adagrad",
              "RMSpropPreconditionerConfig", "rmsprop",
              "AdamPreconditionerConfig", "adam"));
      graft.as("beta2", "graft_beta2").as("epsilon", "graft_eps");
      graft.finish().forEach(r::set);
    }
    if (r.has("classic_momentum")) {
      Recorded momentum = Recorded.of(r.take("classic_momentum"));
      momentum.same("momentum", "dampening").as("use_nesterov", "nesterov");
      momentum.finish().forEach(r::set);
    }
    return r;
  }

  private static Recorded soap(Recorded r) {
    r.same("lr", "shampoo_beta", "eps", "weight_decay", "precondition_frequency");
    r.same("max_precond_dim", "merge_dims", "data_format");
    r.same("normalize_grads", "correct_bias");
    r.as("precondition_1d", "precondition_vectors");
    return r.pair("betas", "beta1", "beta2");
  }

  private static Recorded psgd(Recorded r) {
    r.same("lr", "weight_decay", "precond_lr", "precond_init_scale", "max_size_triangular");
    r.same("min_ndim_triangular", "momentum_into_precond_update", "merge_dims");
    r.as("b1", "beta1");
    r.words(
        "memory_save_mode",
        "memory_save_mode",
        Map.of(
            "null", "none",
            "smart_one_diag", "smart_one_diag",
            "one_diag", "one_diag",
            "all_diag", "all_diag"));
    // A number in place of the schedule is a constant probability.
    dropNull(r, "preconditioner_update_probability", "mu_dtype", "precond_dtype");
    if (r.has("preconditioner_update_probability")) {
      double constant = r.take("preconditioner_update_probability").asDouble();
      r.set("update_max_probability", constant).set("update_min_probability", constant);
    }
    return r;
  }

  private static void dropNull(Recorded r, String... names) {
    for (String name : names) {
      if (r.has(name) && r.isNull(name)) {
        r.drop(name);
      }
    }
  }

  /** PSGD's probes come from the record. */
  private static Family withProbes(Family plain) {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode recorded) {
        return plain.groups(recorded);
      }

      @Override
      public void configure(Trajectory run, OptimizerBuilder optimizer) {
        optimizer.noise((parameter, what, step, shape) -> {
          int i = Integer.parseInt(parameter.substring("param_".length()));
          Tensor probe = run.file(i, "V").select(0, step - 1);
          if (!what.equals("probe") || probe.numel() != product(shape)) {
            throw new IllegalArgumentException("no recorded draw '" + what + "' of this shape");
          }
          return probe;
        });
      }
    };
  }

  /**
   * SOAP's first bases are recorded: ours must agree where the gradient determines them, and then
   * the recorded ones take over, as the run depends on the rest.
   */
  private static Family withBases(Family plain) {
    return new Family() {
      @Override
      public List<Group> groups(JsonNode recorded) {
        return plain.groups(recorded);
      }

      @Override
      public void after(Trajectory run, int step) {
        if (step > 0) {
          return;
        }
        Map<String, Tensor> state = new TreeMap<>(run.optimizer().state());
        for (int i = 0; i < run.count(); i++) {
          for (int d = 0; d < run.parameter(i).dim(); d++) {
            if (run.has(i, "Q0_dim" + d)) {
              Tensor expected = run.file(i, "Q0_dim" + d);
              Tensor actual = state.put(Trajectory.name(i) + "/basis_" + d, expected);
              compareBasis(run, actual, expected, run.parameter(i).numel());
            }
          }
        }
        run.optimizer().load(state);
      }
    };
  }

  /** The sign of a column follows the factorisation in use and does not reach the parameters. */
  private static void compareBasis(Trajectory run, Tensor actual, Tensor expected, long elements) {
    long n = expected.size(0);
    // The rank of one gradient unfolded: beyond it the eigenvalue is 0, and any basis is right.
    long determined = Math.min(n, elements / n);
    Tensor ours = actual.narrow(1, 0, determined);
    Tensor theirs = expected.narrow(1, 0, determined);
    Tensor sign = ours.mul(theirs).sum(0).sign();
    // Eigenvectors carry the rounding of the matrix over the gap between eigenvalues: hence 100.
    run.compareNow(ours.mul(sign), theirs, 100, "first basis", 0);
  }

  private static long product(long... sizes) {
    long product = 1;
    for (long size : sizes) {
      product *= size;
    }
    return product;
  }
}
