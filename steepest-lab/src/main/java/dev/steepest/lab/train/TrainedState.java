package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Optimizer;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;

/** What training has left in a checkpoint, for those who want to use the network. */
public final class TrainedState {
  private TrainedState() {}

  /**
   * How far a checkpoint has come.
   *
   * @throws java.io.UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if the file is no checkpoint
   */
  public static Position position(Path file) {
    return Checkpoint.position(file);
  }

  /**
   * Loads a checkpoint; {@link Optimizer#evaluating()} then leads to the weights that an evaluation
   * saw.
   *
   * @throws java.io.UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if it is of another network or optimizer
   */
  public static void load(Path file, Network network, Optimizer optimizer) {
    try (PointerScope _ = new PointerScope()) {
      Checkpoint found = Checkpoint.read(file);
      network.load(found.network());
      optimizer.load(found.optimizer());
    }
  }
}
