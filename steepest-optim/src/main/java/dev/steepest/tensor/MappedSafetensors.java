package dev.steepest.tensor;

import static org.bytedeco.pytorch.global.torch.empty;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A safetensors file whose tensors are read one by one, each through a memory map of its own bytes:
 * a file of any length takes the memory of what is kept of it, and the header alone is enough to
 * know names, types and shapes. Not thread-safe.
 *
 * <p>The file must not be shortened while a tensor is read: the system ends a program that reads a
 * map beyond its file.
 */
public final class MappedSafetensors implements AutoCloseable {
  private final FileChannel channel;
  private final long dataStart;
  private final SequencedMap<String, Safetensors.Entry> entries;

  private MappedSafetensors(FileChannel channel, Safetensors.Contents contents) {
    this.channel = channel;
    this.dataStart = contents.dataStart();
    SequencedMap<String, Safetensors.Entry> byName = new LinkedHashMap<>();
    contents.entries().forEach(entry -> byName.put(entry.name(), entry));
    this.entries = Collections.unmodifiableSequencedMap(byName);
  }

  /**
   * What the header says of a tensor.
   *
   * @param type of its elements
   * @param shape sizes of its dimensions
   */
  public record Stored(ScalarType type, long[] shape) {}

  /**
   * Reads the header.
   *
   * @throws IOException also where the file is malformed; the message says how
   */
  public static MappedSafetensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new MappedSafetensors(channel, Safetensors.contents(file, channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The tensors by name, in the order of the header. */
  public SequencedMap<String, Stored> tensors() {
    SequencedMap<String, Stored> tensors = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> tensors.put(name, new Stored(entry.type(), entry.shape().clone())));
    return tensors;
  }

  /**
   * Copies one tensor onto the CPU, contiguous, in the type it is stored in; owned by the caller's
   * scope.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Tensor read(String name) throws IOException {
    Safetensors.Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("there is no tensor '" + name + "'");
    }
    Tensor tensor;
    try (TensorOptions options = new TensorOptions(entry.type())) {
      tensor = empty(entry.shape(), options, new MemoryFormatOptional());
    }
    long bytes = entry.end() - entry.start();
    if (bytes > 0) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment stored =
            channel.map(FileChannel.MapMode.READ_ONLY, dataStart + entry.start(), bytes, arena);
        MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(bytes).copyFrom(stored);
      }
    }
    return tensor;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
