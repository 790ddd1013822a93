package dev.steepest.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.bytedeco.javacpp.Pointer;

/**
 * Bytes that native code holds, by the C allocator's own count: unlike resident memory it neither
 * lags behind nor holds the Java heap, and what was lost shows to the byte.
 *
 * <p>The virtual machine itself allocates there as well: its compiler takes and returns tens of
 * megabytes at any time. A virtual machine that is started with {@code
 * -XX:NativeMemoryTracking=summary} knows how much that is, and it is left out.
 */
public final class NativeHeap {
  /** The struct of glibc's {@code mallinfo2}: ten size_t, of which these two are bytes in use. */
  private static final int FIELDS = 10;

  private static final int MAPPED_BYTES = 4; // hblkhd: blocks mapped one by one
  private static final int ARENA_BYTES = 7; // uordblks: blocks within arenas

  private static final Optional<MethodHandle> MALLINFO = find();

  /** The line of the report that sums all that the virtual machine took from the allocator. */
  private static final Pattern TAKEN = Pattern.compile("malloc: (\\d+)B? #");

  /** Of it what Java code asked for, direct buffers and arenas: that is native code's as well. */
  private static final Pattern ASKED_FOR = Pattern.compile("\\(malloc=(\\d+)B? tag=Other ");

  /** Asked for first: the report alone would cost every program a tenth of a second. */
  private static final String TRACKING = "-XX:NativeMemoryTracking=";

  private static final boolean TRACKED =
      MALLINFO.isPresent() && isAskedToTrack() && report().isPresent();

  private NativeHeap() {}

  /**
   * Bytes in use by the C allocator. Where it cannot be asked (glibc from 2.33 can), the memory
   * that the process holds, which is more and lags behind.
   */
  public static long bytesInUse() {
    if (MALLINFO.isEmpty()) {
      return Pointer.physicalBytes();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = (MemorySegment) MALLINFO.get().invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, MAPPED_BYTES)
          + info.getAtIndex(ValueLayout.JAVA_LONG, ARENA_BYTES)
          - (TRACKED ? ofTheMachine() : 0);
    } catch (Throwable e) {
      throw new IllegalStateException("mallinfo2 cannot be called", e);
    }
  }

  private static boolean isAskedToTrack() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .anyMatch(argument -> argument.startsWith(TRACKING));
  }

  /** Bytes that the virtual machine took from the allocator for itself. */
  private static long ofTheMachine() {
    String report = report().orElseThrow();
    return number(TAKEN, report) - number(ASKED_FOR, report);
  }

  private static long number(Pattern line, String report) {
    Matcher matcher = line.matcher(report);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /** What the virtual machine says of its memory (jcmd's VM.native_memory), if it keeps count. */
  private static Optional<String> report() {
    try {
      return Optional.of(
              (String)
                  ManagementFactory.getPlatformMBeanServer()
                      .invoke(
                          new ObjectName("com.sun.management:type=DiagnosticCommand"),
                          "vmNativeMemory",
                          new Object[] {new String[] {"summary", "scale=B"}},
                          new String[] {String[].class.getName()}))
          .filter(report -> TAKEN.matcher(report).find());
    } catch (JMException _) { // not HotSpot
      return Optional.empty();
    }
  }

  private static Optional<MethodHandle> find() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor signature =
        FunctionDescriptor.of(
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(FIELDS, ValueLayout.JAVA_LONG)));
    return linker
        .defaultLookup()
        .find("mallinfo2")
        .map(address -> linker.downcallHandle(address, signature));
  }
}
