package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Translation.precision;

import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Wrappers;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Dion;
import dev.steepest.optim.rule.Dion2;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.NorDion2;
import dev.steepest.optim.rule.NorMuon;
import dev.steepest.optim.wrap.CautiousDecay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The optimizers of microsoft/dion: each a matrix rule beside groups of AdamW and Lion. */
final class MicrosoftDion implements Family.Families {

  /** What the classes' constructors have where nothing is given. */
  private static final Map<String, Object> DEFAULTS =
      Map.ofEntries(
          Map.entry("lr", 0.01),
          Map.entry("mu", 0.95),
          Map.entry("muon_beta2", 0.95),
          Map.entry("fraction", 0.25),
          Map.entry("ef_decay", 0.95),
          Map.entry("betas", List.of(0.9, 0.95)),
          Map.entry("weight_decay", 0.01),
          Map.entry("nesterov", false),
          Map.entry("cautious_wd", false),
          Map.entry("epsilon", 1e-8),
          Map.entry("adjust_lr", "spectral_norm"),
          Map.entry("flatten", false),
          Map.entry("use_polar_express", true),
          Map.entry("rank", 768L),
          Map.entry("rank_fraction", 1.0),
          Map.entry("rank_multiple_of", 1L),
          Map.entry("power_iters", 1L),
          Map.entry("qr_method", "rcqr"));

  private static final Map<String, Class<? extends Rule>> SCALAR =
      Map.of("adamw", AdamW.class, "lion", Lion.class);

  /** What effective groups of AdamW and Lion have from the optimizer without a use for it. */
  private static final String[] MATRIX_ONLY = {
    "mu",
    "muon_beta2",
    "fraction",
    "ef_decay",
    "rank_fraction",
    "rank_multiple_of",
    "oversample",
    "nesterov",
    "flatten",
    "adjust_lr"
  };

  @Override
  public Map<String, Family> families() {
    return Map.of(
        "muon_dion", new Run(Muon.class, MicrosoftDion::muon),
        "normuon", new Run(NorMuon.class, MicrosoftDion::norMuon),
        "dion2", new Run(Dion2.class, MicrosoftDion::dion2),
        "nordion2", new Run(NorDion2.class, MicrosoftDion::norDion2),
        "dion", new LowRank(new Run(Dion.class, (_, r) -> dion(r))),
        "dion_simple", new LowRank(new Run(Dion.class, (_, r) -> dionSimple(r))));
  }

  private static void muon(JsonNode c, Recorded r) {
    orthogonalised(c, r);
    r.as("mu", "momentum").same("nesterov").set("momentum_form", "sum");
    decay(r);
    r.words("flatten", "filters", Map.of("true", "flattened", "false", "stacked"));
  }

  private static void norMuon(JsonNode c, Recorded r) {
    orthogonalised(c, r);
    r.as("mu", "momentum").as("muon_beta2", "beta2").same("nesterov");
    decay(r);
    kernelRows(r);
  }

  private static void dion2(JsonNode c, Recorded r) {
    orthogonalised(c, r);
    r.same("fraction", "ef_decay");
    kernelRows(r);
  }

  private static void norDion2(JsonNode c, Recorded r) {
    orthogonalised(c, r);
    r.same("fraction").as("mu", "momentum").as("muon_beta2", "beta2");
    kernelRows(r);
  }

  private static void dion(Recorded r) {
    r.same("rank_fraction", "rank_multiple_of").as("mu", "momentum");
    r.as("power_iters", "power_iterations");
    // Cholesky's way is the same basis but for rounding, and begins after a warm-up by plain QR.
    r.words("qr_method", "qr", Map.of("qr", "qr", "cqr", "qr", "rcqr", "rcqr"));
    // The first two change the result by rounding only; the last says who adds gradients up.
    r.drop("oversample", "rcqr_oversample", "cqr_warmup_steps", "replicate_mesh_grad_sync");
  }

  private static void dionSimple(Recorded r) {
    r.same("rank").as("mu", "momentum").set("orientation", "as_is");
  }

  private static void decay(Recorded r) {
    r.words("cautious_wd", "decay", Map.of("true", "cautious", "false", "plain"));
  }

  private static void kernelRows(Recorded r) {
    r.words("flatten", "filters", Map.of("true", "kernel_rows", "false", "stacked"));
  }

  private static void orthogonalised(JsonNode c, Recorded r) {
    r.set("precision", precision(c));
    r.words(
        "adjust_lr",
        "scale",
        Map.of("spectral_norm", "spectral", "rms_norm", "match_adamw", "null", "none"));
    r.words(
        "use_polar_express",
        "orthogonalization",
        Map.of("true", "polar_express_speedrun", "false", "five_triples"));
    if (r.has("use_gram_newton_schulz") && r.take("use_gram_newton_schulz").asBoolean()) {
      throw new IllegalArgumentException("an iteration from another library, whose set is unknown");
    }
    // Another kernel for the same numbers; which shard selects; printing.
    r.drop("triton_post_ortho", "selection_scope", "capacity_factor", "verbose");
  }

  /** One of the classes. */
  private record Run(Class<? extends Rule> rule, BiConsumer<JsonNode, Recorded> read)
      implements Family {

    @Override
    public List<Group> groups(JsonNode c) {
      Set<String> beside = scalars(c).keySet();
      Recorded r = own(c);
      r.same("lr", "weight_decay").as("epsilon", "eps");
      read.accept(c, r);
      // What only the groups beside look at, and where the program runs.
      r.drop("scalar_groups", "betas", "beta1", "beta2", "algorithm", "distributed_mesh");
      List<Group> groups = new ArrayList<>();
      groups.add(new Group(Translation.ownRole(c, beside), rule, r.finish()));
      scalars(c)
          .forEach(
              (role, hyper) -> groups.add(new Group(role, SCALAR.get(algorithm(c, role)), hyper)));
      if (sharedDecay(c) != 0) {
        groups.forEach(group -> group.hyper().put("weight_decay", 0.0));
      }
      return groups;
    }

    @Override
    public void configure(Trajectory run, OptimizerBuilder optimizer) {
      double decay = sharedDecay(run.recorded());
      if (decay != 0) {
        optimizer.wrap(
            Wrappers.make(CautiousDecay.class, Map.of("weight_decay", decay, "scope", "all")));
      }
    }

    @Override
    public void end(Trajectory run) {
      Family.super.end(run);
      // Mean squares of directions near 1, without the learning rate: as exact as the parameters.
      run.compareFinal("variance_final", "variance", 1);
    }
  }

  private static Recorded own(JsonNode c) {
    Recorded r = Recorded.ofCase(c, c.get("hyper"), group -> !isScalar(group));
    r.defaults(DEFAULTS);
    return r;
  }

  private static boolean isScalar(JsonNode group) {
    return SCALAR.containsKey(group.path("algorithm").asString(""));
  }

  /** Hyper-parameters by role of the groups of AdamW and Lion, given or told by roles alone. */
  private static SortedMap<String, Map<String, Object>> scalars(JsonNode c) {
    JsonNode given = c.get("hyper").path("scalar_groups");
    Set<String> names = Translation.roles(c);
    names.retainAll(SCALAR.keySet());
    names.addAll(given.propertyNames());
    SortedMap<String, Map<String, Object>> all = new TreeMap<>();
    names.forEach(name -> all.put(name, scalar(c, name)));
    return all;
  }

  private static String algorithm(JsonNode c, String role) {
    String name = c.get("hyper").path("scalar_groups").path(role).path("algorithm").asString(role);
    if (!SCALAR.containsKey(name)) {
      throw new IllegalArgumentException("unknown scalar group " + name);
    }
    return name;
  }

  /** What such a group does not say, it has from the optimizer. */
  private static Map<String, Object> scalar(JsonNode c, String role) {
    String algorithm = algorithm(c, role);
    JsonNode said = c.get("hyper").path("scalar_groups").path(role);
    Recorded r =
        Recorded.ofCase(
            c,
            said.isMissingNode() ? JsonNodeFactory.instance.objectNode() : said,
            group -> group.path("algorithm").asString("").equals(algorithm));
    if (said.has("cautious_wd") && said.get("cautious_wd").asBoolean() != isCautious(c)) {
      throw new IllegalArgumentException("cautious_wd of " + role + " is not the optimizer's");
    }
    r.defaults(betas(own(c).same("lr", "weight_decay", "epsilon")).hyper());
    betas(r.same("lr", "weight_decay"));
    if (algorithm.equals("adamw")) {
      r.as("epsilon", "eps");
    }
    return r.drop("algorithm", "epsilon", "cautious_wd").drop(MATRIX_ONLY).finish();
  }

  private static Recorded betas(Recorded r) {
    if (r.has("betas")) {
      return r.drop("beta1", "beta2").pair("betas", "beta1", "beta2");
    }
    r.same("beta1", "beta2");
    return r.hyper().containsKey("beta1") ? r : r.pair("betas", "beta1", "beta2");
  }

  private static boolean isCautious(JsonNode c) {
    return own(c).same("cautious_wd").hyper().get("cautious_wd").equals(true);
  }

  /**
   * The cautious decay of all groups together, 0 where there is none, or none beside the matrices.
   * AdamW and Lion have it here from a wrapper, which is one for all groups.
   */
  private static double sharedDecay(JsonNode c) {
    if (!isCautious(c)) {
      return 0;
    }
    Object own = own(c).same("weight_decay").hyper().get("weight_decay");
    List<Object> others =
        scalars(c).values().stream().map(hyper -> hyper.get("weight_decay")).toList();
    if (others.stream().allMatch(decay -> decay.equals(0.0))) {
      return 0;
    }
    if (!others.stream().allMatch(own::equals)) {
      throw new IllegalArgumentException(
          "cautious decays of " + own + " and " + others + "; one wrapper needs one of all groups");
    }
    return (double) own;
  }

  /** Dion's runs start from a given basis and record it after each step. */
  private record LowRank(Family plain) implements Family {
    @Override
    public List<Group> groups(JsonNode recorded) {
      return plain.groups(recorded);
    }

    @Override
    public void configure(Trajectory run, OptimizerBuilder optimizer) {
      plain.configure(run, optimizer);
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
  }
}
