package dev.steepest.lab.data.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The folder {@code books} of real text, where {@code steepest.data} or STEEPEST_DATA has it. */
public final class Books {

  private Books() {}

  /** The data folder that holds it; skips the test where there is none. */
  public static Path dataFolder() {
    Optional<Path> folder =
        Optional.ofNullable(System.getProperty("steepest.data"))
            .or(() -> Optional.ofNullable(System.getenv("STEEPEST_DATA")))
            .map(Path::of)
            .filter(path -> Files.isRegularFile(path.resolve("books/train.txt.gz")));
    assumeTrue(folder.isPresent(), "-Dsteepest.data or STEEPEST_DATA names no folder with books");
    return folder.get();
  }

  /** The unpacked content of one of its files. */
  public static String text(String file) throws IOException {
    Path path = dataFolder().resolve("books").resolve(file);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
