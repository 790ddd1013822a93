package dev.steepest.lab.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory of this process as the operating system sees it: the tensors are not in the Java heap. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String CLEAR_PEAK = "5"; // see proc(5)

  private ProcessMemory() {}

  /** Resident bytes; empty on systems without {@code /proc}. */
  public static OptionalLong residentBytes() {
    return read("VmRSS:");
  }

  /** The most that was ever resident since {@link #forgetPeak}; empty as above. */
  public static OptionalLong peakBytes() {
    return read("VmHWM:");
  }

  /** Makes the peak begin anew, where the system can. */
  public static void forgetPeak() {
    if (Files.isWritable(CLEAR)) {
      try {
        Files.writeString(CLEAR, CLEAR_PEAK);
      } catch (IOException _) {
        // Some containers forbid it: then the peak is that of the process.
      }
    }
  }

  private static OptionalLong read(String field) {
    if (!Files.isReadable(STATUS)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
