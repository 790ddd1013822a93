package dev.steepest.lab.data.source;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a file's bytes must hash to.
 *
 * @param algorithm as published by the file's owner
 * @param hex lower-case hexadecimal
 */
public record Digest(Algorithm algorithm, String hex) {

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

  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
