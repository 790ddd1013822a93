package dev.steepest.lab.data.decode;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_imgcodecs;

/**
 * OpenCV's native code, where it is there: a program does without it on platforms for which it is
 * not on the class path.
 */
final class OpenCv {

  private OpenCv() {}

  /** Why it cannot be used; empty where it can. Loads it on the first call. */
  static Optional<String> objection() {
    return Loaded.OBJECTION;
  }

  static void require() {
    objection()
        .ifPresent(why -> {
          throw new IllegalStateException("OpenCV cannot be used: " + why);
        });
  }

  private static final class Loaded {
    static final Optional<String> OBJECTION = load();
  }

  /**
   * JavaCPP extracts libraries as they are first used, and two processes that do so at once crash:
   * hence under the lock that libtorch's are extracted under. OpenBLAS, which both are linked
   * against, is the same file for both.
   */
  private static Optional<String> load() {
    try {
      Path lock = Files.createDirectories(Loader.getCacheDir().toPath()).resolve(".steepest.lock");
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        Loader.load(opencv_imgcodecs.class);
      }
      return Optional.empty();
    } catch (IOException | LinkageError e) {
      return Optional.of(
          String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"));
    }
  }
}
