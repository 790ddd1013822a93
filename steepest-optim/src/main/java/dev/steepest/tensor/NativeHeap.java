package dev.steepest.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;

/**
 * Bytes that native code holds, by the C allocator's own count: unlike resident memory it neither
 * lags behind nor holds the Java heap, and what was lost shows to the byte.
 */
public final class NativeHeap {
  /** The struct of glibc's {@code mallinfo2}: ten size_t, of which these two are bytes in use. */
  private static final int FIELDS = 10;

  private static final int MAPPED_BYTES = 4; // hblkhd: blocks mapped one by one
  private static final int ARENA_BYTES = 7; // uordblks: blocks within arenas

  private static final Optional<MethodHandle> MALLINFO = find();

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
          + info.getAtIndex(ValueLayout.JAVA_LONG, ARENA_BYTES);
    } catch (Throwable e) {
      throw new IllegalStateException("mallinfo2 cannot be called", e);
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
