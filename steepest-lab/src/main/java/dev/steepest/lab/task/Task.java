package dev.steepest.lab.task;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.BatchStream;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.TrainingData;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Shards;
import dev.steepest.study.record.Evaluation;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;

/**
 * Network, data, loss and budget as one run's settings describe them: every part that the trainer
 * needs, each made from the run's seed alone, so that runs of the same seed share initial weights
 * and the order of the data whatever their optimizer.
 */
public sealed interface Task
    permits ImageClassification, ImageDiffusion, ImageDistillation, LanguageModelling {

  /**
   * The network with the initial weights of the run's seed, in float32; the caller closes it.
   *
   * @param device on which it is trained: the optimizer's averages begin where the network is
   */
  Network network(Device device);

  /**
   * The optimizer over all parameters of a network that is on its device already; the caller closes
   * it before the network. A gradient that is not finite is a diverged run or a loss scale that is
   * too large, for the loop to judge: such a step is left out.
   */
  default Optimizer optimizer(Network network) {
    return optimizer(network, Shards.NONE);
  }

  /**
   * The same for one of several processes that update parts of the network.
   *
   * @param shards sums over them
   */
  Optimizer optimizer(Network network, Shards shards);

  /**
   * The schedules, in optimizer steps: warm-up and decay reach exactly their ends.
   *
   * @param optimizer this task's, of the network
   */
  GroupSchedules schedules(Network network, Optimizer optimizer);

  /** Training batches, and what is looked at on the way. */
  TrainingData data();

  TrainingPlan plan();

  /** Whether the weights that a finished run ends with are kept, as a file of their own. */
  boolean keepsWeights();

  /** The test set, to be looked at once, after the last step. */
  BatchStream test();

  /** SHA-256 of each split. */
  SortedMap<String, String> checksums();

  /** What a person should know of how the data was read, for the run's log. */
  default List<String> notes() {
    return List.of();
  }

  /** Different labels: classes, or tokens. */
  int labels();

  /** What batches are made of, in a word: {@code images} or {@code sequences}. */
  String sampleNoun();

  /** Most of them that an optimizer step is made of. */
  long largestBatch();

  /** Whether a batch may be shared out among processes that train one network together. */
  default boolean sharesBatches() {
    return true;
  }

  /** How many of them there are to train on: a batch cannot be larger. */
  long trainingSamples();

  /** Memory that a run will take whatever its batch, where that is much. */
  default Optional<Demand> demand() {
    return Optional.empty();
  }

  /**
   * A few meaningless samples in the shape of the training data, enough that what they need in
   * memory outweighs the scratch space of the kernels.
   */
  MiniBatch probe();

  /**
   * What a look at a set says, by the names of metrics.
   *
   * @param set a prefix, e.g. {@code test}
   */
  default SortedMap<String, Double> values(String set, Score score) {
    SortedMap<String, Double> values = new TreeMap<>();
    values.put(set + "_loss", score.loss());
    values.put(set + "_accuracy", score.accuracy());
    score.others().forEach((name, value) -> values.put(set + "_" + name, value));
    return values;
  }

  /**
   * What a finished run is remembered by, by the names of metrics.
   *
   * @param last the look at the test set; empty where the plan has none
   */
  SortedMap<String, Double> results(Network network, Optional<FinalReport> last, Position end);

  /**
   * What the looks of a finished run say together, by the names of metrics; nothing for most.
   *
   * @param looks in order of steps
   */
  default SortedMap<String, Double> course(List<Evaluation> looks) {
    return new TreeMap<>();
  }

  /** What whoever uses the weights later must know of the data, by name; nothing for most. */
  default SortedMap<String, String> about() {
    return new TreeMap<>();
  }

  /** Passes over the training data after so many optimizer steps. */
  default double epochs(long step) {
    return data().pace().epochs(step);
  }

  /** Optimizer steps of the whole run. */
  default long totalSteps() {
    return plan().steps(data().pace());
  }
}
