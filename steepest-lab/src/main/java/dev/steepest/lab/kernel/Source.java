package dev.steepest.lab.kernel;

import org.bytedeco.pytorch.Tensor;

/** What feeds a group, piece by piece as the group asks for it, and takes the gradient back. */
interface Source {
  /** Computes and keeps a piece, [n, C, H, W], in the forward pass. */
  Tensor produce(int piece);

  /** The piece again, in the backward pass. */
  Tensor kept(int piece);

  /** Whether the gradient of the pieces is wanted beside that of the filter that reads them. */
  Filter.Wanted wanted();

  /** Takes over the gradient of a piece, which is not needed again. */
  void takeGradient(int piece, Volume gradient);
}
