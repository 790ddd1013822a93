package dev.steepest.lab.task;

import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.model.Tokens;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.TrainedState;
import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Shards;
import dev.steepest.study.plan.RunSpec;
import java.nio.file.Path;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The language model of a run as its last checkpoint has it, at the optimizer's evaluation point.
 */
public final class TrainedLanguageModel implements AutoCloseable {
  private final LanguageNetwork network;
  private final Optimizer optimizer;
  private final Evaluation point;
  private final Position position;
  private final Precision precision;
  private final int vocabulary;
  private final Device device;

  /**
   * @param spec of the run
   * @param checkpoint its file
   * @throws java.io.UncheckedIOException if the checkpoint cannot be read
   * @throws IllegalArgumentException if the run is of no language model, or the checkpoint of
   *     another run
   */
  public TrainedLanguageModel(RunSpec spec, Path checkpoint, Device device) {
    RunSettings settings = new RunSettings(spec);
    String name = settings.text("model.name");
    if (!Networks.isLanguage(name)) {
      throw new IllegalArgumentException(
          "The run's model.name = %s does not read text; only language models say something."
              .formatted(name));
    }
    this.device = device;
    position = TrainedState.position(checkpoint);
    precision = settings.constant(Precision.class, "evaluation.numbers");
    vocabulary = settings.whole("model.vocabulary");
    network =
        Networks.language(name, new Tokens(vocabulary), settings.withoutName("model"), spec.seed());
    network.to(device, ScalarType.Float);
    network.eval();
    network.progress(done(settings));
    optimizer = settings.optimizer(network, Math.max(1, position.step()), Shards.NONE);
    try {
      TrainedState.load(checkpoint, network, optimizer);
    } catch (RuntimeException e) {
      optimizer.close();
      network.close();
      throw e;
    }
    point = optimizer.evaluating();
  }

  /** Share of the run; where the length is in epochs, which the data would say, the whole. */
  private double done(RunSettings settings) {
    return settings.all().has("training.steps")
        ? Math.min(1, (double) position.step() / settings.all().whole("training.steps"))
        : 1;
  }

  public LanguageNetwork network() {
    return network;
  }

  /** How many tokens it knows. */
  public int vocabulary() {
    return vocabulary;
  }

  /** How far it is trained. */
  public Position position() {
    return position;
  }

  /** Of the forward pass. */
  public Precision precision() {
    return precision;
  }

  public Device device() {
    return device;
  }

  @Override
  public void close() {
    point.close();
    optimizer.close();
    network.close();
  }
}
