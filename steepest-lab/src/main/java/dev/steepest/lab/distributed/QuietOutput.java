package dev.steepest.lab.distributed;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Keeps what native code prints off the standard output while it is open: Gloo greets there, where
 * results are printed. Where the C library has no such calls nothing is kept off.
 */
final class QuietOutput implements AutoCloseable {
  private static final int STANDARD_OUTPUT = 1;
  private static final int WRITE_ONLY = 1; // O_WRONLY
  private static final int NONE = -1;

  private static int open;
  private static int kept = NONE;

  private QuietOutput() {}

  /** Keeps it off until closed. */
  static QuietOutput begin() {
    synchronized (QuietOutput.class) {
      if (open++ == 0) {
        kept = redirect();
      }
    }
    return new QuietOutput();
  }

  private static int redirect() {
    try (Arena arena = Arena.ofConfined()) {
      int copy = (int) call("dup", ValueLayout.JAVA_INT).invokeExact(STANDARD_OUTPUT);
      MemorySegment nowhere = arena.allocateFrom("/dev/null");
      int sink =
          (int)
              call("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
                  .invokeExact(nowhere, WRITE_ONLY);
      if (copy < 0 || sink < 0) {
        return NONE;
      }
      replace(sink);
      return copy;
    } catch (Throwable _) {
      return NONE;
    }
  }

  /** Puts a file in the place of the standard output and closes its other number. */
  private static void replace(int file) throws Throwable {
    int _ =
        (int)
            call("dup2", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)
                .invokeExact(file, STANDARD_OUTPUT);
    int _ = (int) call("close", ValueLayout.JAVA_INT).invokeExact(file);
  }

  private static MethodHandle call(String name, ValueLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  /** The last one puts it back: threads of one process may form groups at once. */
  @Override
  public void close() {
    synchronized (QuietOutput.class) {
      if (--open == 0 && kept != NONE) {
        restore();
      }
    }
  }

  private static void restore() {
    try {
      int _ = (int) call("fflush", ValueLayout.ADDRESS).invokeExact(MemorySegment.NULL);
      replace(kept);
    } catch (Throwable failed) {
      throw new IllegalStateException("the standard output cannot be put back", failed);
    }
  }
}
