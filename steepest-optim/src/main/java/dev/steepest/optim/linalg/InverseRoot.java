package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.eye;
import static org.bytedeco.pytorch.global.torch.linalg_eigh;

import dev.steepest.tensor.Lapack;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * (A + εI)^(−exponent) of symmetric positive semidefinite matrices, by eigendecomposition.
 *
 * <p>It is computed in float64 whatever the matrix's type: the sums of outer products that it is
 * meant for have condition numbers beyond float32's 2²³ as soon as a layer has a dead direction,
 * and LAPACK's float32 routine may then not converge. Where rounding still leaves an eigenvalue
 * below ε, all are shifted so that the least is ε.
 *
 * @param exponent positive, such as 1/4
 * @param eps ε
 */
public record InverseRoot(double exponent, double eps) {

  /** The root of each of {@code symmetric}, which may be of different sizes; types as given. */
  public List<Tensor> ofAll(List<Tensor> symmetric) {
    return Stacks.map(symmetric, this::of);
  }

  /**
   * The root of each matrix of a stack.
   *
   * @param symmetric (matrices, n, n)
   */
  public Tensor of(Tensor symmetric) {
    Tensor ridge =
        eye(symmetric.size(1), new TensorOptions(ScalarType.Double))
            .to(symmetric.device(), ScalarType.Double)
            .mul_(new Scalar(eps));
    Tensor a = symmetric.to(ScalarType.Double).add(ridge);
    var eigen = Lapack.call(() -> linalg_eigh(a));
    Tensor values = eigen.get0();
    Tensor vectors = eigen.get1();
    Tensor least = values.amin(new long[] {1}, true);
    Tensor shifted = values.sub(least).add_(new Scalar(eps));
    Tensor positive = shifted.where(least.lt(new Scalar(eps)), values);
    return vectors
        .mul(positive.pow(new Scalar(-exponent)).unsqueeze(1))
        .bmm(vectors.transpose(1, 2))
        .to(symmetric.scalar_type().intern());
  }
}
