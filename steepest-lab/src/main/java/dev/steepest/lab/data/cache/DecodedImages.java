package dev.steepest.lab.data.cache;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.ImageStore;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file of decoded images, mapped into memory: what is used often stays there, the rest the
 * operating system reads again. Each image is checked against its sum whenever it is read. Stays
 * mapped until nothing refers to it.
 *
 * <p>Layout, big-endian: a page of header (magic, bytes per image, images, where the trailer
 * begins, its length, its CRC-32C); the images one after the other; the trailer (CRC-32C of each
 * image; how many are damaged, and of each its position and why).
 */
public final class DecodedImages implements ImageStore {

  static final long MAGIC = 0x5354_4545_5049_4d31L; // "STEEPIM1"

  /** One page, so that images begin where a page does. */
  static final int HEADER = 4096;

  private static final int HEADER_USED = 8 + 4 + 4 + 8 + 4 + 4;

  private final Path file;
  private final MemorySegment bytes;
  private final int imageBytes;
  private final int[] sums;
  private final List<Damage> damages;

  /**
   * An image that could not be decoded.
   *
   * @param position among all that were to be
   * @param why in words
   */
  public record Damage(int position, String why) {}

  private DecodedImages(
      Path file, MemorySegment bytes, int imageBytes, int[] sums, List<Damage> damages) {
    this.file = file;
    this.bytes = bytes;
    this.imageBytes = imageBytes;
    this.sums = sums;
    this.damages = List.copyOf(damages);
  }

  /**
   * Maps a file.
   *
   * @throws IOException if it is not whole; the message says how that shows
   */
  static DecodedImages open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_USED);
      readFully(channel, header, 0);
      if (header.getLong() != MAGIC) {
        throw new IOException("it does not begin as a file of decoded images");
      }
      int imageBytes = header.getInt();
      int count = header.getInt();
      long end = header.getLong();
      int trailerLength = header.getInt();
      int trailerSum = header.getInt();
      if (imageBytes < 1
          || count < 0
          || end != HEADER + (long) count * imageBytes
          || trailerLength < 4L * count + 4
          || channel.size() != end + trailerLength) {
        throw new IOException(
            "it has %d bytes, its header says otherwise".formatted(channel.size()));
      }
      ByteBuffer trailer = ByteBuffer.allocate(trailerLength);
      readFully(channel, trailer, end);
      CRC32C sum = new CRC32C();
      sum.update(trailer.duplicate());
      if ((int) sum.getValue() != trailerSum) {
        throw new IOException("the checksum of its list of images is wrong");
      }
      int[] sums = new int[count];
      trailer.asIntBuffer().get(sums);
      return new DecodedImages(
          file,
          channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()),
          imageBytes,
          sums,
          damages(trailer.array(), 4 * count));
    }
  }

  private static List<Damage> damages(byte[] trailer, int from) throws IOException {
    List<Damage> damages = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(trailer, from, trailer.length - from))) {
      for (int left = in.readInt(); left > 0; left--) {
        damages.add(new Damage(in.readInt(), in.readUTF()));
      }
    }
    return damages;
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, at + into.position()) < 0) {
        throw new IOException("it ends after %d bytes".formatted(channel.size()));
      }
    }
    into.flip();
  }

  /** How many were to be decoded, the damaged ones among them. */
  public int size() {
    return sums.length;
  }

  /** Those that have no pixels, in the order of their positions. */
  public List<Damage> damages() {
    return damages;
  }

  @Override
  public void copy(long position, MemorySegment target, long offset) {
    MemorySegment image = bytes.asSlice(HEADER + position * imageBytes, imageBytes);
    CRC32C sum = new CRC32C();
    sum.update(image.asByteBuffer());
    if ((int) sum.getValue() != sums[(int) position]) {
      throw new DataException(
          "Cannot read a decoded image",
          List.of("%s: the checksum of image %d is wrong".formatted(file, position)),
          "Delete this file; it is made anew from the data set.");
    }
    MemorySegment.copy(image, 0, target, offset, imageBytes);
  }
}
