package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.Network;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * What a network is trained for: the loss of a batch, and how its answers are judged. An item is
 * what one answer is given to: a sample of images, a token of text.
 *
 * <p>An objective may hold and train networks of its own: what of them changes is its {@link
 * #state}, and goes into every checkpoint.
 */
public interface Objective extends AutoCloseable {

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
   * @param others what else was measured, by name, summed over the items: of every batch the same
   * @param picture what there is to see, if anything: for the run's film
   */
  record Judged(
      double losses,
      double hits,
      long items,
      SortedMap<String, Double> others,
      Optional<Raster> picture) {
    public Judged(double losses, double hits, long items) {
      this(losses, hits, items, new TreeMap<>(), Optional.empty());
    }
  }

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

  /** What of this changes in training, by name; tensors that belong to the objective. */
  default SequencedMap<String, Tensor> state() {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>());
  }

  /** Frees what the objective holds. */
  @Override
  default void close() {}
}
