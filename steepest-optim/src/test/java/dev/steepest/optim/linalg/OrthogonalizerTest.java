package dev.steepest.optim.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What orthogonalised matrices are, whatever made them. */
class OrthogonalizerTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Orthogonalizer exactly(Orthogonalizer.Method method, int iterations) {
    return new Orthogonalizer(method, iterations, 1e-12, NormGuard.ADD, Precision.PARAMETER);
  }

  private static Tensor singularValues(Tensor matrices) {
    return torch.linalg_svd(matrices).get1();
  }

  /**
   * Diagonal matrices, whose singular values pass through the iteration's polynomial one by one.
   */
  @ParameterizedTest
  @CsvSource({
    "QUINTIC, 5, 0.01, 0.68, 1.15", // as its author states, but for the third digit above
    "FIVE_TRIPLES, 5, 0.01, 0.976, 1.033",
    "POLAR_EXPRESS_SPEEDRUN, 5, 0.01, 0.84, 1.16",
    "POLAR_EXPRESS_AUTHORS, 8, 0.001, 0.999, 1.001",
    "CUBIC, 40, 0.01, 0.999999, 1.000001",
    "QUINTIC_CONVERGENT, 25, 0.01, 0.999999, 1.000001"
  })
  void singular_values_end_in_their_band(
      Orthogonalizer.Method method, int iterations, double from, double low, double high) {
    // The largest of many equal values is 1/√n of the Frobenius norm: so one large value and the
    // ones under test.
    for (double value = from; value < 0.9; value *= 1.05) {
      Tensor diagonal = torch.zeros(2, 2).to(ScalarType.Double);
      diagonal.select(0, 0).select(0, 0).fill_(new Scalar(Math.sqrt(1 - value * value)));
      diagonal.select(0, 1).select(0, 1).fill_(new Scalar(value));
      Tensor s = singularValues(exactly(method, iterations).apply(diagonal.unsqueeze(0)));
      assertThat(s.min().item_double()).as("%s of %s", method, value).isGreaterThan(low);
      assertThat(s.max().item_double()).as("%s of %s", method, value).isLessThan(high);
    }
  }

  @ParameterizedTest
  @EnumSource(Orthogonalizer.Method.class)
  void size_does_not_matter_and_transposition_commutes(Orthogonalizer.Method method) {
    Tensor g = Seeds.normal(1, 2, 5, 9).to(ScalarType.Double);
    Orthogonalizer orthogonalizer = exactly(method, 5);
    Tensor o = orthogonalizer.apply(g);
    // eps is 1e-12 of a norm near 7; coefficients near 8 multiply it a few hundred times.
    assertThat(o.sub(orthogonalizer.apply(g.mul(new Scalar(1000.0)))).abs().max().item_double())
        .isLessThan(1e-9);
    assertThat(
            o.sub(orthogonalizer.apply(g.transpose(1, 2)).transpose(1, 2))
                .abs()
                .max()
                .item_double())
        .isLessThan(1e-12);
    assertThat(o.neg().sub(orthogonalizer.apply(g.neg())).abs().max().item_double())
        .isLessThan(1e-12);
  }

  @ParameterizedTest
  @EnumSource(Orthogonalizer.Method.class)
  void each_matrix_of_a_stack_is_on_its_own_and_zero_stays_zero(Orthogonalizer.Method method) {
    Orthogonalizer orthogonalizer = exactly(method, 5);
    Tensor one = Seeds.normal(2, 1, 4, 6).to(ScalarType.Double);
    Tensor other = Seeds.normal(3, 1, 4, 6).to(ScalarType.Double).mul(new Scalar(100.0));
    Tensor zero = torch.zeros_like(one);
    List<Tensor> together = orthogonalizer.applyAll(List.of(one, other, zero, one.transpose(1, 2)));
    assertThat(together.get(0).sub(orthogonalizer.apply(one)).abs().max().item_double())
        .isLessThan(1e-12);
    assertThat(together.get(1).sub(orthogonalizer.apply(other)).abs().max().item_double())
        .isLessThan(1e-12);
    assertThat(together.get(2).abs().max().item_double()).isZero();
    assertThat(together.get(3).sub(together.get(0).transpose(1, 2)).abs().max().item_double())
        .isLessThan(1e-12);
  }

  @Test
  void the_exact_factor_is_orthogonal_and_nearest() {
    Tensor g = Seeds.normal(4, 1, 4, 7).to(ScalarType.Double);
    Tensor o = exactly(Orthogonalizer.Method.SVD, 1).apply(g);
    Tensor identity = torch.eye(4).to(ScalarType.Double);
    assertThat(o.bmm(o.transpose(1, 2)).sub(identity).abs().max().item_double()).isLessThan(1e-14);
    // ⟨G, UVᵀ⟩ is the nuclear norm: no orthogonal matrix has a larger product with G.
    assertThat(o.mul(g).sum().sub(singularValues(g).sum()).abs().item_double()).isLessThan(1e-13);
  }

  @Test
  void bases_are_orthonormal_and_span_the_same() {
    Tensor tall = Seeds.normal(5, 2, 20, 4).to(ScalarType.Double);
    List<Tensor> projections = new ArrayList<>();
    for (Orthonormalization way : Orthonormalization.values()) {
      Tensor q = way.of(tall, shape -> Seeds.normal(6, shape));
      Tensor identity = torch.eye(4).to(ScalarType.Double);
      assertThat(q.transpose(1, 2).bmm(q).sub(identity).abs().max().item_double())
          .as("%s", way)
          .isLessThan(1e-13);
      projections.add(q.bmm(q.transpose(1, 2)));
    }
    assertThat(projections.get(0).sub(projections.get(1)).abs().max().item_double())
        .isLessThan(1e-12);
  }

  @Test
  void dependent_columns_still_get_an_orthonormal_basis() {
    Tensor a = Seeds.normal(7, 1, 200, 2);
    Tensor b = Seeds.normal(8, 1, 200, 2);
    Tensor zero = torch.zeros_like(a);
    Tensor tall =
        torch.cat(
            new TensorVector(
                torch.cat(new TensorVector(a, a, b), 2),
                torch.cat(new TensorVector(zero, a, b), 2),
                torch.cat(new TensorVector(zero, zero, zero), 2),
                Seeds.normal(9, 1, 200, 6)),
            0);
    for (Orthonormalization way : Orthonormalization.values()) {
      Tensor q = way.of(tall, shape -> Seeds.normal(6, shape));
      assertThat(q.transpose(1, 2).bmm(q).sub(torch.eye(6)).abs().max().item_double())
          .as("%s", way)
          .isLessThan(1e-5);
      // It spans what there is: QQᵀY = Y, in float32 with entries up to 4.
      Tensor again = q.bmm(q.transpose(1, 2).bmm(tall));
      assertThat(again.sub(tall).abs().max().item_double()).as("%s", way).isLessThan(2e-5);
    }
  }

  @Test
  void a_matrix_without_more_rows_than_columns_needs_no_sketch() {
    Tensor square = Seeds.normal(7, 2, 6, 6);
    Tensor q =
        Orthonormalization.RCQR.of(
            square,
            _ -> {
              throw new AssertionError("a sketch was drawn");
            });
    Tensor expected = Orthonormalization.QR.of(square, _ -> square);
    assertThat(q.sub(expected).abs().max().item_double()).isZero();
  }

  @Test
  void stacks_are_of_small_matrices_of_one_shape_up_to_transposition() {
    List<Tensor> all =
        List.of(
            torch.zeros(1, 4, 9),
            torch.zeros(1, 80, 90),
            torch.zeros(2, 9, 4),
            torch.zeros(1, 4, 9).to(ScalarType.Double),
            torch.zeros(1, 80, 90));
    Orthogonalizer quintic = exactly(Orthogonalizer.Method.QUINTIC, 5);
    assertThat(quintic.stacks(all))
        .containsExactly(List.of(0, 2), List.of(1), List.of(3), List.of(4));
    assertThat(exactly(Orthogonalizer.Method.SVD, 5).stacks(all)).hasSize(5);
  }
}
