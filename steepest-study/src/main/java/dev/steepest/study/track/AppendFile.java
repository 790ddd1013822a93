package dev.steepest.study.track;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that grows by whole pieces: each is handed to the operating system in one call, so that a
 * process killed afterwards leaves it complete.
 */
final class AppendFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long size;

  /** Goes on at the end of {@code file}, which is made if there is none. */
  AppendFile(Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      size = channel.size();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  Path path() {
    return file;
  }

  /** Bytes so far. */
  long size() {
    return size;
  }

  void append(ByteBuffer piece) {
    try {
      while (piece.hasRemaining()) {
        size += channel.write(piece);
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /** Replaces {@code file} at once: who reads it sees the old text or the new one. */
  static void replace(Path file, String text) {
    Path draft = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(draft, text, StandardCharsets.UTF_8);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /** Cuts {@code file} to its first {@code bytes}. */
  static void cut(Path file, long bytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  static UncheckedIOException cannotWrite(Path file, IOException e) {
    String reason =
        e instanceof java.nio.file.AccessDeniedException ? "permission denied" : e.getMessage();
    return new UncheckedIOException("Cannot write %s: %s".formatted(file, reason), e);
  }
}
