package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A part of a batch in one group. Its stages end where the next needs sums over the whole batch.
 *
 * <p>What is larger than the rest, the output of the first convolution and its gradient, exists for
 * a piece only: a few MB, which stay in the cache between the convolution and the pooling. All else
 * is cut like the next group's pieces, so that a piece goes through all that happens between two
 * stages while it is in the cache.
 *
 * <p>Names: P the pooled output of the first convolution, A its activation; Q the output of the
 * second, B its activation.
 */
final class GroupPart implements Source, AutoCloseable {
  private final MaxPool pool;
  private final Filter first;
  private final Filter second;
  private final Activation activation;
  private final ChannelLanes lanes;
  private final Source source;
  private final Cuts cuts; // of the first convolution
  private final Cuts next; // of all else

  private final Volume pooled; // P
  private final Bytes places; // of the largest pixels of P's windows
  private final Volume[] inner; // A
  private final Volume[] output; // Q
  private final Volume[] outer; // B
  private final Volume[] gradients; // of B, then of Q, then of A
  private final FilterGradient firstGradient = new FilterGradient();
  private final FilterGradient secondGradient = new FilterGradient();
  private Affine outerAffine;
  private RowKernel outerBackward;
  private LaneSums outerSums;

  GroupPart(
      MaxPool pool,
      Filter first,
      Filter second,
      Activation activation,
      Source source,
      Cuts cuts,
      Cuts next) {
    this.pool = pool;
    this.first = first;
    this.second = second;
    this.activation = activation;
    this.source = source;
    this.cuts = cuts;
    this.next = next;
    lanes = new ChannelLanes(pool.input().channels());
    pooled = Volume.allocate(cuts.images(), pool.output());
    places = Bytes.allocate(cuts.images(), pool.output());
    inner = new Volume[next.pieces()];
    output = new Volume[next.pieces()];
    outer = new Volume[next.pieces()];
    gradients = new Volume[next.pieces()];
  }

  /** Convolves and pools. @return Σ and Σ² of P */
  LaneSums first() {
    RowKernel moments = new RowKernel(lanes, Moments.STAGE);
    LaneSums sums = new LaneSums(lanes);
    for (int piece = 0; piece < cuts.pieces(); piece++) {
      try (Volume wide = first.apply(source.produce(piece))) {
        for (int i = 0; i < wide.images(); i++) {
          int image = cuts.from(piece) + i;
          pool.forward(
              wide.memory(i, 1), pooled.memory(image, 1), places.image(image, pool.output()));
        }
      }
      MemorySegment p = pooled.memory(cuts.from(piece), cuts.count(piece));
      moments.run(p, p, cuts.count(piece) * pool.output().values(), sums);
    }
    return sums;
  }

  /** Normalises, activates, convolves. @return Σ and Σ² of Q */
  LaneSums second(Affine affine) {
    RowKernel forward = new RowKernel(lanes, affine, activation.valuesStage(), Store.STAGE);
    RowKernel moments = new RowKernel(lanes, Moments.STAGE);
    LaneSums sums = new LaneSums(lanes);
    for (int piece = 0; piece < next.pieces(); piece++) {
      inner[piece] = Volume.allocate(next.count(piece), pool.output());
      Volume a = inner[piece];
      forward.run(pooledPiece(piece), a.memory(), a.values(), null);
      output[piece] = second.apply(a.tensor());
      Volume q = output[piece];
      moments.run(q.memory(), q.memory(), q.values(), sums);
    }
    return sums;
  }

  private MemorySegment pooledPiece(int piece) {
    return pooled.memory(next.from(piece), next.count(piece));
  }

  /** Says how Q is normalised; before {@link #produce}. */
  void normaliseOutput(Affine affine) {
    outerAffine = affine;
  }

  @Override
  public Tensor produce(int piece) {
    RowKernel forward = new RowKernel(lanes, outerAffine, activation.valuesStage(), Store.STAGE);
    Volume q = output[piece];
    outer[piece] = Volume.allocate(q.images(), q.extent());
    forward.run(q.memory(), outer[piece].memory(), q.values(), null);
    return outer[piece].tensor();
  }

  /** B; the pieces as {@link #produce} left them. */
  Volume outer(int piece) {
    return outer[piece];
  }

  @Override
  public Tensor kept(int piece) {
    return outer[piece].tensor();
  }

  @Override
  public Filter.Wanted wanted() {
    return Filter.Wanted.BOTH;
  }

  @Override
  public void takeGradient(int piece, Volume gradient) {
    if (outerBackward == null) {
      outerBackward = backward(outerAffine);
      outerSums = new LaneSums(lanes);
    }
    Volume.close(outer, piece);
    gradients[piece] = gradient;
    outerBackward.run(output[piece].memory(), gradient.memory(), gradient.values(), outerSums);
  }

  private RowKernel backward(Affine affine) {
    return new RowKernel(
        lanes, affine, activation.derivativesStage(), new InnerGradient(affine.mean()));
  }

  /** Sums over what {@link #takeGradient} took, see {@link InnerGradient}. */
  LaneSums outerSums() {
    return outerSums;
  }

  /**
   * Back through the second convolution.
   *
   * @param norm of Q
   * @param affine of P
   * @return sums for the normalisation of P, see {@link InnerGradient}
   */
  LaneSums secondBackward(NormGradient norm, Affine affine) {
    RowKernel outward = new RowKernel(lanes, norm);
    RowKernel inward = backward(affine);
    LaneSums sums = new LaneSums(lanes);
    for (int piece = 0; piece < next.pieces(); piece++) {
      Volume gradient = gradients[piece];
      outward.run(output[piece].memory(), gradient.memory(), gradient.values(), null);
      Volume.close(output, piece);
      try (PointerScope _ = new PointerScope()) {
        Filter.Both both =
            second.backward(gradient.tensor(), inner[piece].tensor(), Filter.Wanted.BOTH);
        gradients[piece] = both.input();
        secondGradient.add(both.filter());
      }
      gradient.close();
      Volume.close(inner, piece);
      Volume a = gradients[piece];
      inward.run(pooledPiece(piece), a.memory(), a.values(), sums);
    }
    return sums;
  }

  /**
   * Back through the first convolution, to the source.
   *
   * @param norm of P
   */
  void firstBackward(NormGradient norm) {
    RowKernel inward = new RowKernel(lanes, norm);
    for (int piece = 0; piece < cuts.pieces(); piece++) {
      Filter.Both both;
      try (Volume wide = Volume.allocate(cuts.count(piece), pool.input());
          PointerScope _ = new PointerScope()) {
        for (int i = 0; i < wide.images(); i++) {
          int image = cuts.from(piece) + i;
          MemorySegment gradient = gradient(image);
          inward.run(pooled.memory(image, 1), gradient, pool.output().values(), null);
          pool.backward(gradient, places.image(image, pool.output()), wide.memory(i, 1));
        }
        both = first.backward(wide.tensor(), source.kept(piece), source.wanted());
        firstGradient.add(both.filter());
      }
      if (both.input() != null) {
        source.takeGradient(piece, both.input());
      }
    }
  }

  /** One image of the gradient of A. */
  private MemorySegment gradient(int image) {
    int piece = next.pieceOf(image);
    return gradients[piece].memory(image - next.from(piece), 1);
  }

  FilterGradient firstGradient() {
    return firstGradient;
  }

  FilterGradient secondGradient() {
    return secondGradient;
  }

  @Override
  public void close() {
    pooled.close();
    places.close();
    Volume.close(inner);
    Volume.close(output);
    Volume.close(outer);
    Volume.close(gradients);
    firstGradient.close();
    secondGradient.close();
  }
}
