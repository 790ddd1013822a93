package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Parameter;
import java.util.List;

/**
 * Parameters that stop being trained after a while. From then on they have no gradient, so that no
 * rule updates them and nothing is computed for their sake. Averages of the whole state go on:
 * {@code ema} comes nearer to them, and {@code lookahead} pulls them to their slow weights.
 *
 * @param prefix of their dotted names; empty for none
 * @param afterEpochs passes over the training data in which they are trained, at least 0
 */
public record Freezing(String prefix, double afterEpochs) {
  /** Everything is trained to the end. */
  public static final Freezing NONE = new Freezing("", 0);

  public Freezing {
    if (!(afterEpochs >= 0)) {
      throw new IllegalArgumentException(
          "afterEpochs = " + afterEpochs + " is out of range: allowed is 0 or more.");
    }
  }

  /** How many steps they are trained. */
  long steps(Pace pace) {
    if (prefix.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return afterEpochs == 0 ? 0 : new Span.Epochs(afterEpochs).steps(pace);
  }

  /**
   * The parameters meant.
   *
   * @throws IllegalArgumentException where there are none, with those that there are
   */
  List<Parameter> of(Network network) {
    if (prefix.isEmpty()) {
      return List.of();
    }
    List<Parameter> meant =
        network.parameters().stream().filter(p -> p.name().startsWith(prefix)).toList();
    if (meant.isEmpty()) {
      throw new IllegalArgumentException(
          "No parameter's name begins with '%s', so that nothing can be frozen; there are %s."
              .formatted(prefix, network.parameters().stream().map(Parameter::name).toList()));
    }
    if (meant.size() == network.parameters().size()) {
      throw new IllegalArgumentException(
          "'%s' would freeze all parameters; name those that shall not be trained to the end."
              .formatted(prefix));
    }
    return meant;
  }
}
