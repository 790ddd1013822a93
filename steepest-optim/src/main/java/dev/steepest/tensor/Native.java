package dev.steepest.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;

/**
 * Brings the native libraries into place before the first tensor.
 *
 * <p>JavaCPP extracts them on first use, library by library. With an empty cache that fails twice
 * over: a {@code libtorch} installed in the system is linked before its companions are extracted,
 * and two processes that extract at once crash. So everything is extracted here first, under a lock
 * that other processes respect.
 */
public final class Native {

  private Native() {}

  /**
   * Extracts what is missing from JavaCPP's cache. Call it once, before any class of {@code
   * org.bytedeco.pytorch} is initialised; 1–3 s with an empty cache (measured), else some
   * milliseconds. Later calls do nothing.
   */
  public static void prepare() {
    Extracted.once();
  }

  private static final class Extracted {
    static {
      try {
        extract();
      } catch (IOException failed) {
        throw new UncheckedIOException(
            "cannot extract the native libraries; is JavaCPP's cache (system property"
                + " org.bytedeco.javacpp.cachedir, default ~/.javacpp/cache) writable and is there 500 MB of room?",
            failed);
      }
    }

    static void once() {}
  }

  private static void extract() throws IOException {
    Path cache = Loader.getCacheDir().toPath();
    Path lock = Files.createDirectories(cache).resolve(".steepest.lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      for (String library : new String[] {"javacpp", "openblas", "pytorch"}) {
        // The GPU build of libtorch lies in a folder of its own; absent folders extract nothing.
        for (String build : new String[] {"", "-gpu"}) {
          Loader.cacheResources(
              "/org/bytedeco/" + library + "/" + Loader.getPlatform() + build + "/");
        }
      }
    }
  }
}
