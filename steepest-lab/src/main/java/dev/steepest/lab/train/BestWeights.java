package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * The weights of the best look so far, as that look saw them, and how many looks ago it was. Every
 * member of a team keeps its own copy.
 */
final class BestWeights implements AutoCloseable {
  private static final String BEST = "best_value";
  private static final String STEP = "best_step";
  private static final String MISSES = "misses";

  private final EarlyStopping plan;
  private final Network network;
  private final Optimizer optimizer;
  private final Map<String, Tensor> kept = new LinkedHashMap<>();
  private double best;
  private long step;
  private long misses;

  BestWeights(EarlyStopping plan, Network network, Optimizer optimizer) {
    this.plan = plan;
    this.network = network;
    this.optimizer = optimizer;
    best = plan.worst();
  }

  /**
   * Takes in what a look has seen.
   *
   * @param value equal in all members of a team
   * @param at the step after which the look was made
   */
  void observe(double value, long at) {
    if (!plan.isBetter(value, best)) {
      misses++;
      return;
    }
    best = value;
    step = at;
    misses = 0;
    try (Evaluation _ = optimizer.evaluating()) {
      keep(network.state());
    }
  }

  private void keep(Map<String, Tensor> state) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Map<String, Tensor> mine = network.state();
      state.forEach((name, tensor) ->
          kept.computeIfAbsent(name, _ -> mine.get(name).detach().clone().retainReference())
              .copy_(tensor));
    }
  }

  /** Whether the best look is so long ago that the run ends. */
  boolean isLongAgo() {
    return misses >= plan.patience();
  }

  /** The step of the best look; empty before the first with a finite value. */
  OptionalLong step() {
    return kept.isEmpty() ? OptionalLong.empty() : OptionalLong.of(step);
  }

  /** Lays the best weights into the network, where there are any. */
  void putBack() {
    if (!kept.isEmpty()) {
      network.load(kept);
    }
  }

  /** For a checkpoint; empty before the first look. */
  Map<String, Tensor> kept() {
    return kept;
  }

  /** What else a checkpoint needs. */
  SortedMap<String, String> memory() {
    SortedMap<String, String> memory = new TreeMap<>();
    memory.put(BEST, Double.toString(best));
    memory.put(STEP, Long.toString(step));
    memory.put(MISSES, Long.toString(misses));
    return memory;
  }

  /** Goes on from what another of the same plan had. */
  void restore(Map<String, String> memory, Map<String, Tensor> weights) {
    best = Double.parseDouble(memory.get(BEST));
    step = Long.parseLong(memory.get(STEP));
    misses = Long.parseLong(memory.get(MISSES));
    keep(weights);
  }

  @Override
  public void close() {
    kept.values().forEach(Tensor::releaseReference);
    kept.clear();
  }
}
