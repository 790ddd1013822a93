package dev.steepest.tensor;

import static org.bytedeco.pytorch.global.torch.empty;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Named tensors in a file, in the safetensors format: u64 length of the header, JSON header, raw
 * little-endian data.
 *
 * <p>A file is written beside its final place, forced to the disk and then renamed: it is there
 * whole or not at all.
 */
public final class Safetensors {

  private static final String METADATA = "__metadata__";
  private static final long LONGEST_HEADER = 100_000_000; // as the reference implementation
  private static final long CHUNK = 1L << 30; // a ByteBuffer holds less than 2 GiB

  private Safetensors() {}

  /** Where a tensor's bytes are, counted from the start of the data. */
  record Entry(String name, ScalarType type, long[] shape, long start, long end) {}

  record Contents(Map<String, String> metadata, List<Entry> entries, long dataStart) {}

  /**
   * Writes {@code tensors}, by name. They may be on any device and of any layout; what is stored is
   * contiguous.
   *
   * @param metadata free texts that travel with the file
   */
  public static void save(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      Path folder = file.toAbsolutePath().getParent();
      Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".part");
      try {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          write(channel, new TreeMap<>(tensors), metadata);
          channel.force(true);
        }
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(folder);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }

  /**
   * Reads all tensors of a file, onto the CPU. The caller, or the caller's pointer scope, owns
   * them.
   *
   * @throws IOException also where the file is malformed; the message says how
   */
  public static Map<String, Tensor> load(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Contents contents = contents(file, channel);
      Map<String, Tensor> tensors = new TreeMap<>();
      for (Entry entry : contents.entries()) {
        Tensor tensor;
        try (TensorOptions options = new TensorOptions(entry.type())) {
          tensor = empty(entry.shape(), options, new MemoryFormatOptional());
        }
        tensors.put(entry.name(), tensor);
        channel.position(contents.dataStart() + entry.start());
        for (ByteBuffer part : memory(tensor)) {
          while (part.hasRemaining()) {
            if (channel.read(part) < 0) {
              throw new EOFException(file + " ended within tensor '" + entry.name() + "'");
            }
          }
        }
      }
      return tensors;
    }
  }

  /** The texts that were saved with the file; reads the header only. */
  public static Map<String, String> metadata(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return contents(file, channel).metadata();
    }
  }

  private static void write(
      FileChannel channel, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put(METADATA, new TreeMap<>(metadata));
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      List<Object> shape = new ArrayList<>();
      for (int i = 0; i < tensor.dim(); i++) {
        shape.add(tensor.size(i));
      }
      Map<String, Object> about = new LinkedHashMap<>();
      about.put("dtype", SafetensorsType.name(entry.getKey(), tensor.scalar_type().intern()));
      about.put("shape", shape);
      about.put("data_offsets", List.<Object>of(offset, offset + tensor.nbytes()));
      if (entry.getKey().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
      }
      header.put(entry.getKey(), about);
      offset += tensor.nbytes();
    }
    StringBuilder text = new StringBuilder();
    SafetensorsHeader.write(text, header);
    byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8; // keeps the data aligned
    ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(json);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    writeAll(channel, head.flip());
    for (Tensor tensor : tensors.values()) {
      try (PointerScope _ = new PointerScope()) {
        DeviceOptional cpu = new DeviceOptional(new Device("cpu"));
        Tensor plain =
            tensor
                .to(
                    new TensorOptions(tensor.scalar_type().intern()).device(cpu),
                    false,
                    false,
                    new MemoryFormatOptional())
                .contiguous();
        for (ByteBuffer part : memory(plain)) {
          writeAll(channel, part);
        }
      }
    }
  }

  /** What the header says, checked against the length of the file. */
  static Contents contents(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    readAll(channel, length, file);
    long headerLength = length.flip().getLong();
    if (headerLength < 2 || headerLength > LONGEST_HEADER || headerLength > size - 8) {
      throw malformed(
          file, "its header would be " + headerLength + " bytes long in a file of " + size);
    }
    ByteBuffer json = ByteBuffer.allocate((int) headerLength);
    readAll(channel, json, file);
    Map<?, ?> header;
    try {
      header = SafetensorsHeader.parse(StandardCharsets.UTF_8.decode(json.flip()).toString());
    } catch (SafetensorsHeader.Malformed reason) {
      throw malformed(file, reason.getMessage());
    }
    Map<String, String> metadata = new TreeMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<?, ?> entry : header.entrySet()) {
      String name = (String) entry.getKey();
      if (!(entry.getValue() instanceof Map<?, ?> about)) {
        throw malformed(file, "'" + name + "' is described by no object");
      }
      if (name.equals(METADATA)) {
        about.forEach((key, value) -> metadata.put((String) key, String.valueOf(value)));
      } else {
        entries.add(entry(file, name, about));
      }
    }
    requireWithoutGaps(file, entries, size - 8 - headerLength);
    return new Contents(metadata, entries, 8 + headerLength);
  }

  private static Entry entry(Path file, String name, Map<?, ?> about) throws IOException {
    ScalarType type = SafetensorsType.of(String.valueOf(about.get("dtype")));
    List<Long> shape = numbers(about.get("shape"));
    List<Long> range = numbers(about.get("data_offsets"));
    if (type == null) {
      throw malformed(file, "tensor '" + name + "' has unknown dtype " + about.get("dtype"));
    }
    if (shape == null || range == null || range.size() != 2) {
      throw malformed(
          file, "tensor '" + name + "' has no shape or data_offsets of non-negative whole numbers");
    }
    try {
      long bytes = shape.stream().reduce(SafetensorsType.bytes(type), Math::multiplyExact);
      if (range.get(1) - range.get(0) != bytes) {
        throw malformed(
            file,
            "tensor '"
                + name
                + "' of shape "
                + shape
                + " needs "
                + bytes
                + " bytes but its data_offsets are "
                + range);
      }
    } catch (ArithmeticException overflow) {
      throw malformed(file, "tensor '" + name + "' has impossible shape " + shape);
    }
    return new Entry(
        name,
        type,
        shape.stream().mapToLong(Long::longValue).toArray(),
        range.get(0),
        range.get(1));
  }

  private static void requireWithoutGaps(Path file, List<Entry> entries, long dataBytes)
      throws IOException {
    long end = 0;
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end));
    for (Entry entry : inOrder) {
      if (entry.start() != end) {
        throw malformed(
            file,
            "tensor '"
                + entry.name()
                + "' starts at byte "
                + entry.start()
                + " of the data, expected "
                + end);
      }
      end = entry.end();
    }
    if (end != dataBytes) {
      throw malformed(
          file, "its header speaks of " + end + " bytes of data but there are " + dataBytes);
    }
  }

  /** Non-negative whole numbers, or null where {@code value} is anything else. */
  private static List<Long> numbers(Object value) {
    if (!(value instanceof List<?> list)) {
      return null;
    }
    List<Long> numbers = new ArrayList<>();
    for (Object item : list) {
      if (!(item instanceof Long number) || number < 0) {
        return null;
      }
      numbers.add(number);
    }
    return numbers;
  }

  /**
   * The memory of a contiguous CPU tensor, in parts that a ByteBuffer can hold; valid while the
   * tensor lives.
   */
  private static List<ByteBuffer> memory(Tensor tensor) {
    List<ByteBuffer> parts = new ArrayList<>();
    long bytes = tensor.nbytes();
    if (bytes == 0) {
      return parts;
    }
    MemorySegment all = MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(bytes);
    for (long start = 0; start < bytes; start += CHUNK) {
      parts.add(all.asSlice(start, Math.min(CHUNK, bytes - start)).asByteBuffer());
    }
    return parts;
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void readAll(FileChannel channel, ByteBuffer bytes, Path file) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw malformed(file, "it ends after " + channel.position() + " bytes, within the header");
      }
    }
  }

  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException notHere) {
      // Windows cannot open a folder; the rename is durable there once the file is.
    }
  }

  private static IOException malformed(Path file, String reason) {
    return new IOException(file + " is no safetensors file that can be read: " + reason);
  }
}
