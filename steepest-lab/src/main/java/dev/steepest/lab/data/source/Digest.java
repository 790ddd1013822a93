package dev.steepest.lab.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a file's bytes must hash to.
 *
 * @param algorithm as published by the file's owner
 * @param hex lower-case hexadecimal
 */
public record Digest(Algorithm algorithm, String hex) implements Proof {

  private static final int BUFFER = 1 << 16;

  /** Hash functions that publishers of data sets use. */
  public enum Algorithm {
    MD5("MD5", 32),
    SHA_256("SHA-256", 64);

    private final String jdkName;
    private final int hexDigits;

    Algorithm(String jdkName, int hexDigits) {
      this.jdkName = jdkName;
      this.hexDigits = hexDigits;
    }

    /** A fresh computation. */
    public MessageDigest start() {
      try {
        return MessageDigest.getInstance(jdkName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has " + jdkName, e);
      }
    }

    @Override
    public String toString() {
      return jdkName;
    }
  }

  public Digest {
    if (!hex.matches("[0-9a-f]{%d}".formatted(algorithm.hexDigits))) {
      throw new IllegalArgumentException(
          "%s needs %d lower-case hexadecimal digits, got '%s'"
              .formatted(algorithm, algorithm.hexDigits, hex));
    }
  }

  public static Digest md5(String hex) {
    return new Digest(Algorithm.MD5, hex);
  }

  public static Digest sha256(String hex) {
    return new Digest(Algorithm.SHA_256, hex);
  }

  /** The digest of a file. */
  public static Digest of(Path file, Algorithm algorithm) throws IOException {
    MessageDigest digest = algorithm.start();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n; (n = in.read(buffer)) > 0; ) {
        digest.update(buffer, 0, n);
      }
    }
    return new Digest(algorithm, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public Optional<String> objection(Path file) throws IOException {
    Digest found = of(file, algorithm);
    return found.equals(this)
        ? Optional.empty()
        : Optional.of("expected %s, found %s".formatted(this, found));
  }

  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
