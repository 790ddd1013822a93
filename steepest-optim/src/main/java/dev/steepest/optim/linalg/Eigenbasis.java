package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_eigh;
import static org.bytedeco.pytorch.global.torch.linalg_qr;

import dev.steepest.tensor.Lapack;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * An orthonormal basis that follows the eigenvectors of a slowly changing symmetric matrix.
 *
 * @param vectors (n, n); eigenvectors in the columns, in falling order of eigenvalue
 * @param order (n), int64: column i continues column {@code order[i]} of the basis before
 */
public record Eigenbasis(Tensor vectors, Tensor order) {

  /**
   * The eigenvectors of each of {@code symmetric}: (n, n) of different sizes. In float64 whatever
   * the type, as LAPACK's float32 routine may not converge on rank-deficient matrices.
   */
  public static List<Tensor> ofAll(List<Tensor> symmetric) {
    return Stacks.map(
        symmetric,
        stack -> {
          Tensor wide = stack.to(ScalarType.Double);
          Tensor rising = Lapack.call(() -> linalg_eigh(wide)).get1();
          return rising.flip(2).to(stack.scalar_type().intern());
        });
  }

  /**
   * One step of orthogonal iteration on each basis: sorted by what its columns now measure of the
   * matrix, multiplied by the matrix, made orthonormal again.
   *
   * @param symmetric the matrices as they are now
   * @param bases a basis of each
   */
  public static List<Eigenbasis> follow(List<Tensor> symmetric, List<Tensor> bases) {
    List<Eigenbasis> all = new ArrayList<>(Collections.nCopies(bases.size(), null));
    for (List<Integer> places : Stacks.bySize(symmetric)) {
      Tensor q = Stacks.of(bases, places);
      // A·Q; estimates are the diagonal of Qᵀ·A·Q
      Tensor product = Stacks.of(symmetric, places).bmm(q);
      Tensor order = q.mul(product).sum(1).argsort(true, 1, true);
      Tensor sorted = product.gather(2, order.unsqueeze(1).expand_as(product));
      Tensor vectors = Lapack.call(() -> linalg_qr(sorted)).get0();
      for (int i = 0; i < places.size(); i++) {
        all.set(places.get(i), new Eigenbasis(vectors.select(0, i), order.select(0, i)));
      }
    }
    return all;
  }
}
