package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.Network;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a network is trained for: the loss of a batch, and how its answers are judged. An item is
 * what one answer is given to: a sample of images, a token of text.
 */
public sealed interface Objective permits Classification, NextToken {

  /** Which labels a training loss is of. */
  enum Labels {
    /** Those of the batch, changed as planned. */
    GIVEN,
    /**
     * Drawn from the network's own predictions: the loss whose gradient estimates the curvature.
     */
    DRAWN
  }

  /**
   * A forward pass in training.
   *
   * @param loss a scalar to be differentiated
   * @param mean loss per item, detached
   * @param hits how many answers were right, where that costs nothing to know
   */
  record Pass(Tensor loss, Tensor mean, Optional<Tensor> hits) {}

  /**
   * Answers judged.
   *
   * @param losses of all items
   * @param hits items whose largest logit was the label's
   * @param items how many
   */
  record Judged(double losses, double hits, long items) {}

  /** What networks of this kind are for. */
  static Objective of(Network network, TrainingPlan plan) {
    return network instanceof LanguageNetwork language
        ? new NextToken(language)
        : new Classification(network, plan.loss());
  }

  /** Items in a batch. */
  long items(MiniBatch batch);

  /** The factor of a part's loss in the loss of the batch that it is a part of. */
  double weight(MiniBatch part, Labels labels, long itemsOfBatch);

  /**
   * Under the caller's autocast.
   *
   * @param done share of the run's steps made before
   */
  Pass pass(MiniBatch part, Labels labels, double done);

  /** Under the caller's autocast, in the network's mode. */
  Judged judge(MiniBatch batch, TestTimeAugmentation views);
}
