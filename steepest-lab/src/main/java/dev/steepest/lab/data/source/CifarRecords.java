package dev.steepest.lab.data.source;

import dev.steepest.lab.data.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The binary distribution of CIFAR: records of one or two label bytes, then 1024 red, 1024 green
 * and 1024 blue bytes, row by row: already [C, H, W].
 *
 * @param folder that the archive brings
 * @param labelBytes before the pixels of each record
 * @param label which of them is read, from 0
 * @param classes names by label
 */
record CifarRecords(String folder, int labelBytes, int label, List<String> classes) {

  private static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;

  /**
   * Where the files lie: in the data folder or its folder {@code name}, with or without the
   * archive's own.
   *
   * @param files any of which tells the place
   */
  Path locate(Path data, String name, List<String> files) {
    return Stream.of(data, data.resolve(name))
        .flatMap(place -> Stream.of(place.resolve(folder), place))
        .filter(place -> files.stream().anyMatch(file -> Files.exists(place.resolve(file))))
        .findFirst()
        .orElse(data.resolve(folder));
  }

  /**
   * Reads files of so many records each, one after the other.
   *
   * @param findings take what is wrong; the images of such a file are undefined
   */
  Part read(Path place, List<String> files, int recordsPerFile, Findings findings) {
    Part part = new Part(files.size() * recordsPerFile);
    files.forEach(file -> append(part, place.resolve(file), recordsPerFile, findings));
    return part;
  }

  private void append(Part part, Path path, int records, Findings findings) {
    if (!Files.isRegularFile(path)) {
      findings.add(path, "this file", Findings.NO_SUCH_FILE);
      return;
    }
    long expected = (long) records * (labelBytes + PIXELS);
    try {
      long length = Files.size(path);
      if (length != expected) {
        findings.add(path, expected + " bytes", length + " bytes");
        return;
      }
      byte[] labels = part.append(Files.readAllBytes(path));
      Labels.check(path, labels, classes.size(), findings);
    } catch (IOException e) {
      findings.add(path, "a readable file", e.toString());
    }
  }

  /** Grows as files are read. */
  final class Part {
    private final byte[] pixels;
    private final long[] labels;
    private int size;

    private Part(int capacity) {
      this.pixels = new byte[capacity * PIXELS];
      this.labels = new long[capacity];
    }

    /** Adds the records of one file; returns its labels. */
    private byte[] append(byte[] file) {
      int length = labelBytes + PIXELS;
      byte[] added = new byte[file.length / length];
      for (int i = 0; i < added.length; i++) {
        added[i] = file[i * length + label];
        labels[size] = added[i] & 0xFF;
        System.arraycopy(file, i * length + labelBytes, pixels, size * PIXELS, PIXELS);
        size++;
      }
      return added;
    }

    ImageSet toSet(String name) {
      return ImageSet.of(name, pixels, labels, classes, 3, SIDE, SIDE);
    }
  }
}
