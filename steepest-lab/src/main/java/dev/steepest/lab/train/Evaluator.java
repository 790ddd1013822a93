package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures a network on the evaluation sets at the optimizer's evaluation point, leaving it in
 * training mode at the training point.
 */
final class Evaluator {
  private final Network network;
  private final Optimizer optimizer;
  private final Transfer transfer;
  private final Precision precision;
  private final LongOptional classDimension = new LongOptional(1).retainReference();

  Evaluator(Network network, Optimizer optimizer, Transfer transfer, Precision precision) {
    this.network = network;
    this.optimizer = optimizer;
    this.transfer = transfer;
    this.precision = precision;
  }

  SequencedMap<String, Score> evaluate(TrainingData data) {
    var scores = new LinkedHashMap<String, Score>();
    for (String set : data.evaluationSets()) {
      scores.put(set, evaluate(data.evaluation(set), TestTimeAugmentation.NONE));
    }
    return scores;
  }

  /** Measures on one set and closes it; logits are averaged over the views. */
  Score evaluate(BatchStream batches, TestTimeAugmentation views) {
    network.eval();
    try (batches;
        Evaluation _ = optimizer.evaluating();
        AutoGradMode _ = new AutoGradMode(false)) {
      return score(batches, views);
    } finally {
      network.train();
    }
  }

  private Score score(BatchStream batches, TestTimeAugmentation views) {
    double losses = 0;
    long hits = 0;
    long samples = 0;
    while (batches.hasNext()) {
      try (PointerScope _ = new PointerScope();
          MiniBatch batch = transfer.toDevice(batches.next())) {
        Tensor logits = views.logits(batch.inputs(), this::forward);
        losses +=
            CrossEntropy.MEAN.apply(logits, batch.labels()).item_float() * (double) batch.size();
        hits += logits.argmax(classDimension, false).eq(batch.labels()).sum().item_long();
        samples += batch.size();
      }
    }
    return new Score(losses / samples, (double) hits / samples, samples);
  }

  private Tensor forward(Tensor inputs) {
    try (Autocast _ = Autocast.on(inputs.device(), precision)) {
      return network.forward(inputs);
    }
  }
}
