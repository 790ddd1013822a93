package dev.steepest.lab.data;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Where the pixels of a set lie. */
sealed interface Pixels extends AutoCloseable {

  /** Those at these positions: a copy of tensors, a view of a store. */
  Pixels subset(long[] positions);

  /** uint8 [B, C, H, W] of those at these positions; retained: the caller closes it. */
  Tensor gather(long[] positions);

  /** Adds every image, in order. */
  void digest(MessageDigest digest);

  @Override
  void close();

  /**
   * In memory.
   *
   * @param images uint8 [N, C, H, W], contiguous
   */
  record InMemory(Tensor images) implements Pixels {

    /** As much of a tensor as a byte buffer can hold. */
    private static final long CHUNK = 1 << 30;

    @Override
    public Pixels subset(long[] positions) {
      return new InMemory(gather(positions));
    }

    @Override
    public Tensor gather(long[] positions) {
      try (PointerScope _ = new PointerScope();
          Tensor picks = TensorMemory.ofLongs(positions)) {
        return images.index_select(0, picks).retainReference();
      }
    }

    @Override
    public void digest(MessageDigest digest) {
      MemorySegment all = TensorMemory.segment(images);
      for (long at = 0; at < all.byteSize(); at += CHUNK) {
        digest.update(all.asSlice(at, Math.min(CHUNK, all.byteSize() - at)).asByteBuffer());
      }
    }

    @Override
    public void close() {
      images.close();
    }
  }

  /**
   * In a store, which lives as long as something refers to it.
   *
   * @param store holds them
   * @param positions there
   * @param shape [C, H, W]
   */
  record Stored(ImageStore store, long[] positions, long[] shape) implements Pixels {

    private int imageBytes() {
      return (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    @Override
    public Pixels subset(long[] chosen) {
      long[] rest = LongStream.of(chosen).map(i -> positions[(int) i]).toArray();
      return new Stored(store, rest, shape);
    }

    @Override
    public Tensor gather(long[] chosen) {
      Tensor batch_BCHW =
          TensorMemory.allocate(
              ScalarType.Byte,
              MemoryFormat.Contiguous,
              chosen.length,
              shape[0],
              shape[1],
              shape[2]);
      try {
        MemorySegment target = TensorMemory.segment(batch_BCHW);
        for (int b = 0; b < chosen.length; b++) {
          store.copy(positions[(int) chosen[b]], target, (long) b * imageBytes());
        }
        return batch_BCHW;
      } catch (RuntimeException e) {
        batch_BCHW.close();
        throw e;
      }
    }

    @Override
    public void digest(MessageDigest digest) {
      byte[] image = new byte[imageBytes()];
      for (long position : positions) {
        store.copy(position, MemorySegment.ofArray(image), 0);
        digest.update(image);
      }
    }

    @Override
    public void close() {}
  }
}
