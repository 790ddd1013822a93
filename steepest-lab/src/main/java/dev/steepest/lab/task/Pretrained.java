package dev.steepest.lab.task;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.weights.Adoption;
import dev.steepest.lab.weights.Adoption.Head;
import dev.steepest.lab.weights.Adoption.Mismatch;
import dev.steepest.lab.weights.WeightFile;
import dev.steepest.lab.weights.WeightPlaces;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;

/** The weights that a run's network begins from, where its settings name some. */
final class Pretrained {
  private static final String FILE = "pretrained";
  private static final String HEAD = "pretrained_head";
  private static final String MISMATCH = "pretrained_mismatch";

  /** Of the section {@code model}; they are not the network's own. */
  static final Set<String> KEYS = Set.of(FILE, HEAD, MISMATCH);

  private final Settings model;
  private final Path folder;
  private Optional<String> sha256 = Optional.empty();

  private Pretrained(Settings model, Path folder) {
    this.model = model;
    this.folder = folder;
  }

  /**
   * @param model the section of that name
   * @param folder of data sets
   */
  static Optional<Pretrained> of(Settings model, Path folder) {
    return model.has(FILE) ? Optional.of(new Pretrained(model, folder)) : Optional.empty();
  }

  /**
   * Copies the weights into a network that is on the CPU.
   *
   * @throws IllegalArgumentException if there are none, or they do not fit
   */
  void into(Network network) {
    try (PointerScope _ = new PointerScope()) {
      WeightFile weights = WeightFile.open(file());
      Adoption.of(network, weights, constant(Head.class, HEAD, Head.FITTING))
          .carryOut(network, weights, constant(Mismatch.class, MISMATCH, Mismatch.REFUSE));
      sha256 = Optional.of(weights.sha256());
    }
  }

  /** Of the file: what was read last, if anything was. */
  String sha256() {
    if (sha256.isEmpty()) {
      sha256 = Optional.of(WeightFile.sha256(file()));
    }
    return sha256.get();
  }

  private Path file() {
    return WeightPlaces.find(model.text(FILE), folder);
  }

  private <E extends Enum<E>> E constant(Class<E> type, String key, E standard) {
    return model.has(key) ? Enum.valueOf(type, model.text(key).toUpperCase(Locale.ROOT)) : standard;
  }
}
