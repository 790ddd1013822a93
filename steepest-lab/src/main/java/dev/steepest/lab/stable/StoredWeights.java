package dev.steepest.lab.stable;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.stable.WeightSource;
import dev.steepest.tensor.MappedSafetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Weights of a file, each read when it is asked for and put in type and place at once: besides what
 * is kept, one tensor at a time is in memory.
 */
final class StoredWeights implements WeightSource, AutoCloseable {
  private final Path file;
  private final MappedSafetensors stored;
  private final Map<String, String> names;
  private final Device device;
  private final ScalarType type;

  private StoredWeights(
      Component component, MappedSafetensors stored, Device device, ScalarType type) {
    this.file = component.file();
    this.stored = stored;
    this.names = component.names();
    this.device = device;
    this.type = type;
  }

  /**
   * @throws DataException if the file cannot be read
   */
  static StoredWeights open(Component component, Device device, ScalarType type) {
    try {
      return new StoredWeights(component, MappedSafetensors.open(component.file()), device, type);
    } catch (IOException e) {
      throw unreadable(component.file(), e);
    }
  }

  @Override
  public Tensor tensor(String name, long... shape) {
    return Block.all(() -> List.of(read(name).to(device, type))).getFirst();
  }

  private Tensor read(String name) {
    try {
      return stored.read(names.get(name));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DataException unreadable(Path file, IOException e) {
    return new DataException(
        "Cannot read weights", List.of(file + ": " + e.getMessage()), "Copy the file anew.", e);
  }

  @Override
  public void close() {
    try {
      stored.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }
}
