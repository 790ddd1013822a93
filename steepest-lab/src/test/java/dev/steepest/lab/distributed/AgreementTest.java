package dev.steepest.lab.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import dev.steepest.tensor.Native;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AgreementTest {
  @BeforeAll
  static void natives() {
    Native.prepare();
  }

  private static List<Parameter> parameters(ScalarType type) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Tensor tensor = torch.full(new long[] {4, 3}, new Scalar(0.1 * i)).to(type);
      parameters.add(new Parameter("p" + i, Role.MATRIX, tensor.requires_grad_(true)));
    }
    return parameters;
  }

  @Test
  void equalNetworksPass() {
    List<Boolean> passed =
        Members.all(
            2,
            team -> {
              try (PointerScope _ = new PointerScope()) {
                for (ScalarType type :
                    List.of(ScalarType.Float, ScalarType.Double, ScalarType.BFloat16)) {
                  Agreement.require(team, parameters(type), 5);
                }
                return true;
              }
            });
    assertThat(passed).containsExactly(true, true);
  }

  @Test
  void aSingleBitIsFoundAndNamed() {
    List<Throwable> failures =
        Members.all(
            3,
            team -> {
              try (PointerScope _ = new PointerScope()) {
                List<Parameter> parameters = parameters(ScalarType.Float);
                if (team.rank() == 2) {
                  Tensor bits = parameters.get(1).tensor().detach().view(ScalarType.Int);
                  bits.select(0, 3).select(0, 1).add_(new Scalar(1));
                }
                return Assertions.catchThrowable(() -> Agreement.require(team, parameters, 70));
              }
            });
    assertThat(failures)
        .hasSize(3)
        .allSatisfy(failure ->
            assertThat(failure)
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("At step 70")
                .hasMessageContaining("differ in p1 (rank 0 against 2)."));
  }

  @Test
  void aloneThereIsNobodyToDifferFrom() {
    try (PointerScope _ = new PointerScope()) {
      List<Parameter> parameters = parameters(ScalarType.Float);
      assertThatCode(() -> Agreement.require(Team.alone(), parameters, 0))
          .doesNotThrowAnyException();
    }
  }
}
