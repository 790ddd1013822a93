package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.Objective.Judged;
import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/**
 * Measures a network on the evaluation sets at the optimizer's evaluation point, leaving it in
 * training mode at the training point.
 */
final class Evaluator {
  private final Network network;
  private final Objective objective;
  private final Optimizer optimizer;
  private final Transfer transfer;
  private final Precision precision;
  private final Team team;
  private boolean asItIs;

  /**
   * @param team whose members each look at some of the batches
   */
  Evaluator(
      Network network,
      Objective objective,
      Optimizer optimizer,
      Transfer transfer,
      Precision precision,
      Team team) {
    this.network = network;
    this.objective = objective;
    this.optimizer = optimizer;
    this.transfer = transfer;
    this.precision = precision;
    this.team = team;
  }

  /**
   * Measures on all sets.
   *
   * @param stop asked between batches
   * @return empty where any member was asked to stop
   */
  Optional<SequencedMap<String, Score>> evaluate(TrainingData data, BooleanSupplier stop) {
    var scores = new LinkedHashMap<String, Score>();
    for (String set : data.evaluationSets()) {
      Optional<Score> score = evaluate(data.evaluation(set), TestTimeAugmentation.NONE, stop);
      if (score.isEmpty()) {
        return Optional.empty();
      }
      scores.put(set, score.get());
    }
    return Optional.of(scores);
  }

  /** The same on one set, which is closed; logits are averaged over the views. */
  Optional<Score> evaluate(BatchStream batches, TestTimeAugmentation views, BooleanSupplier stop) {
    network.eval();
    try (batches;
        AutoGradMode _ = new AutoGradMode(false)) {
      return atThePoint(() -> score(batches, views, stop));
    } finally {
      network.train();
    }
  }

  /** The network holds weights that the optimizer does not know: its points are of no interest. */
  void lookAtNetworkAsItIs() {
    asItIs = true;
  }

  /** Does something where the network is as it is to be looked at. */
  <T> T atThePoint(Supplier<T> what) {
    if (asItIs) {
      return what.get();
    }
    try (Evaluation _ = optimizer.evaluating()) {
      return what.get();
    }
  }

  private Optional<Score> score(
      BatchStream batches, TestTimeAugmentation views, BooleanSupplier stop) {
    double losses = 0;
    double hits = 0;
    long items = 0;
    SortedMap<String, Double> others = new TreeMap<>();
    Optional<Raster> picture = Optional.empty();
    for (long index = 0; batches.hasNext(); index++) {
      // Once for a batch of every member: they stop together.
      if (index % team.size() == 0 && team.any(stop.getAsBoolean())) {
        return Optional.empty();
      }
      MiniBatch taken = batches.next();
      if (index % team.size() != team.rank()) {
        taken.close();
        continue;
      }
      try (PointerScope _ = new PointerScope();
          MiniBatch batch = transfer.toDevice(taken);
          Autocast _ = Autocast.on(batch.inputs().device(), precision)) {
        Judged judged = objective.judge(batch, views);
        losses += judged.losses();
        hits += judged.hits();
        items += judged.items();
        judged.others().forEach((name, sum) -> others.merge(name, sum, Double::sum));
        picture = picture.or(judged::picture);
      }
    }
    double[] sums = team.sums(losses, hits, items);
    others.replaceAll((_, sum) -> team.sum(sum) / sums[2]);
    return Optional.of(
        new Score(sums[0] / sums[2], sums[1] / sums[2], (long) sums[2], others, picture));
  }
}
