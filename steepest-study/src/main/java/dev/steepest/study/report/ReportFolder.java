package dev.steepest.study.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder that receives files, each complete or not at all: written aside, then moved into place.
 */
final class ReportFolder {
  private final Path folder;
  private final List<Path> written = new ArrayList<>();

  ReportFolder(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot make the report folder "
              + folder.toAbsolutePath()
              + ": "
              + reason(e)
              + "; name another folder or make this one writable",
          e);
    }
  }

  void write(String name, String text) {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  void write(String name, byte[] bytes) {
    Path target = folder.resolve(name);
    Path aside =
        target.resolveSibling(target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      Files.createDirectories(target.getParent());
      Files.write(aside, bytes);
      move(aside, target);
    } catch (IOException e) {
      discard(aside);
      throw new UncheckedIOException(
          "cannot write "
              + target.toAbsolutePath()
              + ": "
              + reason(e)
              + "; is the folder writable, and is there space on its disk?",
          e);
    }
    written.add(target);
  }

  List<Path> written() {
    return List.copyOf(written);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING); // some network file systems
    }
  }

  private static void discard(Path aside) {
    try {
      Files.deleteIfExists(aside);
    } catch (IOException _) {
      // the error that led here is the one to report
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
    return e.getClass().getSimpleName().replace("Exception", "") + message;
  }
}
