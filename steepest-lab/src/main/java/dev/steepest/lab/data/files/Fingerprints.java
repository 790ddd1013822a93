package dev.steepest.lab.data.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * SHA-256 of files, remembered with their lengths and times, so that a file that has not been
 * touched is not read again (as git's index does it). One text file per root: {@code sha256 length
 * nanoseconds path} on each line.
 *
 * @param folder where they are remembered
 */
public record Fingerprints(Path folder) {

  /** Stands for the content of a file that cannot be read. */
  public static final String UNREADABLE = "unreadable";

  /** Bytes that are read at once. */
  private static final int BUFFER = 1 << 16;

  /**
   * SHA-256 of each of these files, in their order; {@link #UNREADABLE} where there is none to be
   * had. Of files that are too large to be images the length alone is told.
   */
  List<String> of(Path root, List<String> paths) throws IOException {
    Path memory = folder.resolve(sha256(bytes(root.toAbsolutePath().toString())) + ".files");
    Map<String, Known> known = read(memory);
    AtomicBoolean changed = new AtomicBoolean();
    String[] found = new String[paths.size()];
    IntStream.range(0, found.length)
        .parallel()
        .forEach(i -> found[i] = look(root, paths.get(i), known, changed));
    if (changed.get()) {
      write(memory, known);
    }
    return List.of(found);
  }

  private static String look(
      Path root, String path, Map<String, Known> known, AtomicBoolean changed) {
    try {
      Path file = root.resolve(path);
      BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
      if (facts.size() > ImageFiles.MOST_BYTES) {
        return "%d bytes".formatted(facts.size());
      }
      if (!Files.isReadable(file)) {
        return UNREADABLE;
      }
      long time = facts.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      Known before = known.get(path);
      if (before != null && before.length == facts.size() && before.time == time) {
        return before.sha256;
      }
      Known now = new Known(sha256(file), facts.size(), time);
      known.put(path, now);
      changed.set(true);
      return now.sha256;
    } catch (IOException _) {
      return UNREADABLE;
    }
  }

  /** What is damaged is forgotten: those files are read again. */
  private static Map<String, Known> read(Path memory) throws IOException {
    Map<String, Known> known = new ConcurrentHashMap<>();
    if (Files.exists(memory)) {
      for (String line : lines(memory)) {
        String[] part = line.split(" ", 4);
        if (part.length == 4
            && part[0].matches("[0-9a-f]{64}")
            && part[1].matches("\\d{1,18}")
            && part[2].matches("-?\\d{1,19}")) {
          known.put(part[3], new Known(part[0], Long.parseLong(part[1]), Long.parseLong(part[2])));
        }
      }
    }
    return known;
  }

  private static List<String> lines(Path memory) throws IOException {
    try {
      return Files.readAllLines(memory);
    } catch (CharacterCodingException _) {
      return List.of();
    }
  }

  private void write(Path memory, Map<String, Known> known) throws IOException {
    Files.createDirectories(folder);
    Path fresh =
        memory.resolveSibling(
            "%s.%d.part".formatted(memory.getFileName(), ProcessHandle.current().pid()));
    List<String> lines =
        known.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .filter(entry -> !entry.getKey().contains("\n"))
            .map(entry ->
                "%s %d %d %s"
                    .formatted(
                        entry.getValue().sha256,
                        entry.getValue().length,
                        entry.getValue().time,
                        entry.getKey()))
            .toList();
    Files.write(fresh, lines);
    Files.move(fresh, memory, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read; (read = in.read(buffer)) >= 0; ) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private record Known(String sha256, long length, long time) {}
}
