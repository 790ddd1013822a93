package dev.steepest.lab.data.cache;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.decode.CorruptImageException;
import dev.steepest.lab.data.decode.ImageDecoder;
import dev.steepest.lab.data.decode.JpegLibrary;
import dev.steepest.lab.data.decode.Rendition;
import dev.steepest.lab.data.files.DamagedFileException;
import dev.steepest.lab.data.files.Disk;
import dev.steepest.lab.data.files.Fingerprints;
import dev.steepest.lab.data.files.ImageFiles;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * Decodes all images of a set into one file, on as many threads as there are cores, each with one
 * image in memory at a time. The file appears under its name when it is whole and on disk.
 */
final class Decoding {

  private final ImageFiles files;
  private final List<String> paths;
  private final List<String> prints;
  private final Rendition rendition;
  private final JpegLibrary library;
  private final AtomicInteger next = new AtomicInteger();
  private final int[] sums;
  private final String[] damages;

  /**
   * @param prints of the files: one that could not be read then is not read now either, as what is
   *     made here is known by them
   */
  Decoding(
      ImageFiles files,
      List<String> paths,
      List<String> prints,
      Rendition rendition,
      JpegLibrary library) {
    this.files = files;
    this.paths = paths;
    this.prints = prints;
    this.rendition = rendition;
    this.library = library;
    this.sums = new int[paths.size()];
    this.damages = new String[paths.size()];
  }

  void write(Path target) throws IOException {
    long end = DecodedImages.HEADER + (long) paths.size() * rendition.bytes();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    checkSpace(target, end);
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        decodeAll(out);
        byte[] trailer = trailer();
        writeFully(out, ByteBuffer.wrap(trailer), end);
        writeFully(out, header(end, trailer), 0);
        out.force(true);
      }
      Disk.moveIntoPlace(part, target);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void checkSpace(Path target, long needed) throws IOException {
    Path folder = target.getParent();
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          "%s has %,d MB free, %,d MB are needed"
              .formatted(folder, free / 1_000_000, needed / 1_000_000 + 1));
    }
  }

  private void decodeAll(FileChannel out) throws IOException {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), Math.max(1, paths.size()));
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      work.add(() -> decodeSome(out));
    }
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("steepest-decoder-", 0).factory())) {
      for (Future<Void> done : pool.invokeAll(work)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while decoding", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private Void decodeSome(FileChannel out) throws IOException {
    byte[] image = new byte[rendition.bytes()];
    boolean done = false;
    try (ImageDecoder decoder = new ImageDecoder(library)) {
      ImageDecoder.Rendering rendering = decoder.rendering(rendition);
      for (int i; (i = next.getAndIncrement()) < sums.length; ) {
        if (isDecoded(i, rendering, image)) {
          CRC32C sum = new CRC32C();
          sum.update(image);
          sums[i] = (int) sum.getValue();
          writeFully(out, ByteBuffer.wrap(image), DecodedImages.HEADER + (long) i * image.length);
        }
      }
      done = true;
    } finally {
      if (!done) {
        next.set(sums.length); // the others need not go on
      }
    }
    return null;
  }

  /** Only what a file is, is kept as its damage; what befell the reading is not. */
  private boolean isDecoded(int i, ImageDecoder.Rendering rendering, byte[] image) {
    if (prints.get(i).equals(Fingerprints.UNREADABLE)) {
      damages[i] = "cannot be read";
      return false;
    }
    try {
      rendering.render(files.read(paths.get(i)), image);
      return true;
    } catch (CorruptImageException | DamagedFileException e) {
      damages[i] = e.getMessage();
      return false;
    } catch (IOException e) {
      throw failed(
          i,
          "could not be read (%s: %s)".formatted(e.getClass().getSimpleName(), e.getMessage()),
          "It could before: see to the disk and try again.",
          e);
    } catch (OutOfMemoryError e) {
      throw failed(
          i,
          ImageDecoder.NO_MEMORY,
          "Give Java more (JAVA_TOOL_OPTIONS=-Xmx8g), or make the picture smaller or remove it.",
          e);
    }
  }

  private DataException failed(int i, String why, String remedy, Throwable cause) {
    return new DataException(
        "Cannot decode the images of " + files.root(),
        List.of("%s: %s".formatted(paths.get(i), why)),
        remedy,
        cause);
  }

  private byte[] trailer() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    int damaged = 0;
    for (int i = 0; i < sums.length; i++) {
      out.writeInt(sums[i]);
      damaged += damages[i] == null ? 0 : 1;
    }
    out.writeInt(damaged);
    for (int i = 0; i < damages.length; i++) {
      if (damages[i] != null) {
        out.writeInt(i);
        out.writeUTF(damages[i].substring(0, Math.min(damages[i].length(), 1000)));
      }
    }
    return bytes.toByteArray();
  }

  private ByteBuffer header(long end, byte[] trailer) {
    CRC32C sum = new CRC32C();
    sum.update(trailer);
    return ByteBuffer.allocate(DecodedImages.HEADER)
        .putLong(DecodedImages.MAGIC)
        .putInt(rendition.bytes())
        .putInt(paths.size())
        .putLong(end)
        .putInt(trailer.length)
        .putInt((int) sum.getValue())
        .rewind();
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes, long at) throws IOException {
    for (long position = at; bytes.hasRemaining(); ) {
      position += out.write(bytes, position);
    }
  }
}
