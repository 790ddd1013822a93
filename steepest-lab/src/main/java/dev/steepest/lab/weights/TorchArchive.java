package dev.steepest.lab.weights;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What {@code torch.save} writes since PyTorch 1.6: a zip with {@code NAME/data.pkl} and one entry
 * {@code NAME/data/KEY} for each storage. Nothing is unpacked to the disk; entries are stored as
 * they are, so that none can be longer than the file.
 */
final class TorchArchive {
  /** Assumed: a pickle of 1,000 tensors is .1 MB, with an optimizer's state 1 MB. */
  private static final long LONGEST_PICKLE = 32L << 20;

  /** Assumed: one for each tensor of a network and its optimizer. */
  private static final int MOST_ENTRIES = 100_000;

  private static final int BUFFER = 1 << 16;
  private static final String PICKLE = "/data.pkl";

  private final Path file;
  private final Map<String, ZipEntry> entries = new HashMap<>();

  private TorchArchive(Path file) {
    this.file = file;
  }

  /** The value that was saved; its tensors read the file when they are asked to. */
  static Object read(Path file) throws IOException, Malformed {
    TorchArchive archive = new TorchArchive(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      archive.admit(Collections.list(zip.entries()));
      String root = archive.root();
      archive.requireLittleEndian(zip, root);
      ByteBuffer pickle = archive.bytes(zip, root + PICKLE);
      return Pickle.read(
          new PickleBytes(pickle),
          new TorchFunctions((key, type, n) -> archive.storage(root + "/data/" + key, type, n)));
    } catch (ZipException e) {
      throw new Malformed(
          "it is a damaged zip (%s)".formatted(e.getMessage()), "Copy or download it anew");
    }
  }

  private void admit(List<? extends ZipEntry> found) throws IOException, Malformed {
    if (found.size() > MOST_ENTRIES) {
      throw new Malformed("its zip has %d entries".formatted(found.size()));
    }
    if (found.stream().anyMatch(entry -> entry.getName().endsWith("/constants.pkl"))) {
      throw new Malformed(
          "it is a program of TorchScript (torch.jit.save), which is more than weights");
    }
    long left = Files.size(file);
    for (ZipEntry entry : found) {
      String name = entry.getName();
      if (name.startsWith("/")
          || name.contains("\\")
          || List.of(name.split("/", -1)).contains("..")) {
        throw new Malformed(
            "its zip has an entry '%s', which would leave the folder".formatted(name));
      }
      if (entry.getMethod() != ZipEntry.STORED) {
        throw new Malformed(
            "entry '%s' of its zip is compressed, to %d from %d bytes; torch.save compresses nothing"
                .formatted(name, entry.getCompressedSize(), entry.getSize()));
      }
      left -= entry.getSize();
      if (entry.getSize() < 0 || entry.getSize() != entry.getCompressedSize() || left < 0) {
        throw new Malformed(
            "the entries of its zip are longer than the file, from '%s' on".formatted(name));
      }
      if (entries.put(name, entry) != null) {
        throw new Malformed("its zip has the entry '%s' twice".formatted(name));
      }
    }
  }

  private String root() throws Malformed {
    List<String> roots =
        entries.keySet().stream()
            .filter(name ->
                name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length())
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .toList();
    if (roots.size() != 1) {
      throw new Malformed(
          "its zip has %d entries NAME/data.pkl, expected one".formatted(roots.size()));
    }
    return roots.getFirst();
  }

  private void requireLittleEndian(ZipFile zip, String root) throws IOException, Malformed {
    String order = root + "/byteorder";
    if (entries.containsKey(order)) {
      String said = StandardCharsets.US_ASCII.decode(bytes(zip, order)).toString();
      if (!said.equals("little")) {
        throw new Malformed("its byte order is '%s', not little".formatted(said));
      }
    }
  }

  private ByteBuffer bytes(ZipFile zip, String name) throws IOException, Malformed {
    long size = entries.get(name).getSize();
    if (size > LONGEST_PICKLE) {
      throw new Malformed(
          "entry '%s' has %d bytes, more than %d".formatted(name, size, LONGEST_PICKLE));
    }
    byte[] bytes = new byte[(int) size];
    copy(zip, entries.get(name), MemorySegment.ofArray(bytes));
    return ByteBuffer.wrap(bytes);
  }

  private TorchStorage.Source storage(String name, ElementType type, long elements)
      throws Malformed {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw new Malformed("its zip has no entry '%s', which a tensor is in".formatted(name));
    }
    if (entry.getSize() != elements * type.bytes()) {
      throw new Malformed(
          "entry '%s' has %d bytes, but should have %d elements of %d"
              .formatted(name, entry.getSize(), elements, type.bytes()));
    }
    return target -> {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        copy(zip, entry, target);
      }
    };
  }

  /** The zip reader of the JDK checks no checksum of what is not compressed. */
  private static void copy(ZipFile zip, ZipEntry entry, MemorySegment target)
      throws IOException, Malformed {
    CRC32 checksum = new CRC32();
    long at = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        checksum.update(buffer, 0, n);
        if (n > target.byteSize() - at) {
          throw new Malformed("entry '%s' is longer than announced".formatted(entry.getName()));
        }
        MemorySegment.copy(MemorySegment.ofArray(buffer), 0, target, at, n);
        at += n;
      }
    }
    if (at != target.byteSize() || checksum.getValue() != entry.getCrc()) {
      throw new Malformed(
          "entry '%s' is damaged: %d of %d bytes, with another checksum than written"
              .formatted(entry.getName(), at, target.byteSize()),
          "Copy or download it anew");
    }
  }
}
