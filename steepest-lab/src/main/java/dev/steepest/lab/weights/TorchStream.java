package dev.steepest.lab.weights;

import dev.steepest.lab.weights.PickleValue.Global;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code torch.save} wrote before PyTorch 1.6, and many published weights still are: five
 * pickles (a magic number, a version, facts of the machine, the value, the names of its storages),
 * then each storage as i64 number of elements and its bytes.
 */
final class TorchStream {
  /** The beginning of the first pickle: protocol 2, an integer of ten bytes. */
  private static final int[] BEGIN = {0x80, 2, 0x8a, 10};

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  /** The pickles come before all data. Assumed: a state dict's are below 1 MB. */
  private static final int LONGEST_PICKLES = 32 << 20;

  /** A ByteBuffer holds less than 2 GiB. */
  private static final long CHUNK = 1L << 30;

  private final Path file;
  private final Map<String, Place> places = new HashMap<>();
  private final Map<String, Expected> expected = new HashMap<>();

  private record Place(long start, long elements) {}

  private record Expected(ElementType type, long elements) {}

  private TorchStream(Path file) {
    this.file = file;
  }

  /** Whether a file begins like one. */
  static boolean begins(byte[] first) {
    for (int i = 0; i < BEGIN.length; i++) {
      if (i >= first.length || (first[i] & 0xFF) != BEGIN[i]) {
        return false;
      }
    }
    return true;
  }

  /** The value that was saved; its tensors read the file when they are asked to. */
  static Object read(Path file) throws IOException, Malformed {
    TorchStream stream = new TorchStream(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate((int) Math.min(channel.size(), LONGEST_PICKLES));
      fill(channel, head, 0);
      PickleBytes in = new PickleBytes(head.flip());
      stream.requireHeader(in);
      Object value = Pickle.read(in, new TorchFunctions(stream::announce));
      Object keys = Pickle.read(in, NOTHING);
      stream.locate(channel, in.position(), keys);
      return value;
    }
  }

  private void requireHeader(PickleBytes in) throws Malformed {
    Object magic = Pickle.read(in, NOTHING);
    Object version = Pickle.read(in, NOTHING);
    if (!magic.equals(MAGIC) || !version.equals(VERSION)) {
      throw new Malformed("it is a pickle, but none of torch.save of a version that is known");
    }
    Object machine = Pickle.read(in, NOTHING);
    if (!(machine instanceof Map<?, ?> facts) || !Boolean.TRUE.equals(facts.get("little_endian"))) {
      throw new Malformed("its byte order is not little");
    }
  }

  private TorchStorage.Source announce(String key, ElementType type, long elements)
      throws Malformed {
    Expected wanted = new Expected(type, elements);
    Expected before = expected.putIfAbsent(key, wanted);
    if (elements * type.bytes() > size() || (before != null && !before.equals(wanted))) {
      throw new Malformed(
          "storage '%s' should have %d elements of %d bytes, which it has not"
              .formatted(key, elements, type.bytes()));
    }
    return target -> read(key, target);
  }

  private long size() throws Malformed {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new Malformed("it cannot be read (%s)".formatted(e.getMessage()));
    }
  }

  /** Goes over the storages, which follow each other in the order of the names. */
  private void locate(FileChannel channel, long start, Object keys) throws IOException, Malformed {
    if (!(keys instanceof List<?> names)) {
      throw new Malformed("the names of its storages are no list");
    }
    long at = start;
    for (Object name : names) {
      Expected wanted = name instanceof String key ? expected.get(key) : null;
      if (wanted == null) {
        throw new Malformed("it has a storage that no tensor is in");
      }
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      fill(channel, length, at);
      long elements = length.flip().getLong();
      if (elements != wanted.elements()) {
        throw new Malformed(
            "storage '%s' has %d elements, expected %d"
                .formatted(name, elements, wanted.elements()));
      }
      places.put((String) name, new Place(at + Long.BYTES, elements));
      at += Long.BYTES + elements * wanted.type().bytes();
    }
    if (at > channel.size() || places.size() < expected.size()) {
      throw new Malformed(
          "it ends after %d bytes, or lacks storages: its tensors need %d bytes"
              .formatted(channel.size(), at),
          "Copy or download it anew");
    }
  }

  private void read(String key, MemorySegment target) throws IOException {
    long start = places.get(key).start();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (long at = 0; at < target.byteSize(); at += CHUNK) {
        long part = Math.min(CHUNK, target.byteSize() - at);
        fill(channel, target.asSlice(at, part).asByteBuffer(), start + at);
      }
    }
  }

  private static void fill(FileChannel channel, ByteBuffer target, long start) throws IOException {
    for (long at = start; target.hasRemaining(); ) {
      int n = channel.read(target, at);
      if (n < 0) {
        throw new EOFException("it ends after %d bytes".formatted(at));
      }
      at += n;
    }
  }

  /** For pickles that call nothing. */
  private static final Pickle.Functions NOTHING =
      new Pickle.Functions() {
        @Override
        public Object call(Global name, List<Object> arguments) throws Malformed {
          throw new Malformed("%s is called where only numbers and texts can be".formatted(name));
        }

        @Override
        public Object persistent(Object id) throws Malformed {
          throw new Malformed("a storage stands where only numbers and texts can be");
        }

        @Override
        public void admit(Global name) throws Malformed {
          throw new Malformed("it asks for %s where only numbers and texts can be".formatted(name));
        }
      };
}
