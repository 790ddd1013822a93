package dev.steepest.lab.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The numbers of a NumPy file, format version 1, little-endian floats in C order. */
public final class Npy {
  private static final int LENGTH_AT = 8; // behind the magic string and the version

  private Npy() {}

  public static double[] read(Path file) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] header = new byte[bytes.getShort(LENGTH_AT)];
    bytes.position(LENGTH_AT + Short.BYTES).get(header);
    String description = new String(header, java.nio.charset.StandardCharsets.US_ASCII);
    if (description.contains("'fortran_order': True")) {
      throw new IllegalArgumentException(file + " is in Fortran order");
    }
    boolean wide = description.contains("'<f8'");
    if (!wide && !description.contains("'<f4'")) {
      throw new IllegalArgumentException(file + " holds neither <f4 nor <f8: " + description);
    }
    double[] values = new double[bytes.remaining() / (wide ? Double.BYTES : Float.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? bytes.getDouble() : bytes.getFloat();
    }
    return values;
  }
}
