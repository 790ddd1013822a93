package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.weights.WeightFile;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;

/**
 * The weights that a finished run kept.
 *
 * @param run whose
 * @param images that it was trained on
 */
record TrainedWeights(RunRecord run, TrainedOn images) {

  /**
   * @throws DataException if the weights do not say what they were trained on
   * @throws UncheckedIOException if they cannot be read
   */
  static TrainedWeights of(RunRecord run) {
    try {
      return new TrainedWeights(run, TrainedOn.of(Safetensors.metadata(file(run))));
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "The weights of %s cannot be used".formatted(run.spec().experiment()),
          List.of(e.getMessage()),
          "Remove %s, and they are trained anew.".formatted(run.folder()),
          e);
    } catch (IOException e) {
      throw cannotRead(run, e);
    }
  }

  /** SHA-256 of the file. */
  String sha256() {
    return WeightFile.sha256(file(run));
  }

  /** Name of the network. */
  String network() {
    return model().text("name");
  }

  /** The settings of the network, without its name. */
  Map<String, Object> settings() {
    Map<String, Object> settings = new TreeMap<>(model().tree());
    settings.remove("name");
    return settings;
  }

  /** Loads the weights into a network of these settings, which is closed where they do not fit. */
  <N extends Network> N into(N network) {
    try (PointerScope _ = new PointerScope()) {
      network.load(Safetensors.load(file(run)));
      return network;
    } catch (IOException e) {
      network.close();
      throw cannotRead(run, e);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  private Settings model() {
    return run.spec().settings().section("model");
  }

  private static Path file(RunRecord run) {
    return RecordStore.weights(run.folder());
  }

  private static UncheckedIOException cannotRead(RunRecord run, IOException e) {
    return new UncheckedIOException("Cannot read " + file(run) + ": " + e.getMessage(), e);
  }
}
