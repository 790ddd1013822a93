package dev.steepest.lab.data.decode;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Whose code decodes JPEGs. */
public enum JpegLibrary {
  /** The faster; its native code is not there on every platform. */
  OPENCV("opencv", OpenCvJpegs::new),
  /** The JDK's. */
  IMAGEIO("imageio", ImageIoJpegs::new);

  /** System property that names one, or {@code auto}. */
  public static final String PROPERTY = "steepest.jpeg";

  private static final String AUTO = "auto";

  private final String word;
  private final Supplier<JpegDecoder> decoder;

  JpegLibrary(String word, Supplier<JpegDecoder> decoder) {
    this.word = word;
    this.decoder = decoder;
  }

  /**
   * The one that {@link #PROPERTY} names; else OpenCV where it is there.
   *
   * @throws IllegalArgumentException if the property names none, or one that is not there
   */
  public static JpegLibrary chosen() {
    return chosen(System.getProperty(PROPERTY, AUTO));
  }

  static JpegLibrary chosen(String wanted) {
    if (wanted.equals(AUTO)) {
      return OPENCV.objection().isEmpty() ? OPENCV : IMAGEIO;
    }
    JpegLibrary named =
        Arrays.stream(values())
            .filter(library -> library.word.equals(wanted.toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "-D%s=%s names no decoder of JPEGs; known: %s, %s"
                        .formatted(PROPERTY, wanted, AUTO, words())));
    named
        .objection()
        .ifPresent(why -> {
          throw new IllegalArgumentException(
              "-D%s=%s: its native code cannot be loaded (%s); use imageio"
                  .formatted(PROPERTY, wanted, why));
        });
    return named;
  }

  /** Why it cannot be used here; empty where it can. */
  public Optional<String> objection() {
    return this == OPENCV ? OpenCv.objection() : Optional.empty();
  }

  /** As the property names it. */
  public String word() {
    return word;
  }

  JpegDecoder decoder() {
    return decoder.get();
  }

  private static String words() {
    return Arrays.stream(values()).map(JpegLibrary::word).collect(Collectors.joining(", "));
  }
}
