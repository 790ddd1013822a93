package dev.steepest.lab.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import dev.steepest.tensor.Native;
import dev.steepest.tensor.NativeHeap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GradientSyncTest {
  /** Enough elements that parameters need more than one bucket. */
  private static final long WIDE = 1500;

  @BeforeAll
  static void natives() {
    Native.prepare();
  }

  /**
   * A chain of matrices, one of which is used twice; one that only some members use; one unused.
   */
  private static final class Chain implements AutoCloseable {
    private final List<Parameter> parameters = new ArrayList<>();

    Chain() {
      long[][] shapes = {{3}, {5, 2}, {WIDE, 8}, {WIDE, WIDE}, {WIDE, WIDE}, {WIDE, WIDE}};
      for (int i = 0; i < shapes.length; i++) {
        Tensor tensor = torch.empty(shapes[i]).retainReference();
        tensor.fill_(new Scalar(0.001 * Math.max(1, i - 1))); // tanh must not saturate
        tensor.requires_grad_(true);
        parameters.add(new Parameter("p" + i, Role.MATRIX, tensor));
      }
    }

    private Tensor p(int index) {
      return parameters.get(index).tensor();
    }

    /** Adds the gradient of one piece of work; odd pieces use parameter 0. */
    void backward(int piece) {
      try (PointerScope _ = new PointerScope()) {
        Tensor x =
            torch.arange(new Scalar(8.0)).add_(new Scalar(piece + 1.0)).mul_(new Scalar(0.1));
        Tensor y = p(2).mv(x).tanh();
        y = p(3).mv(y).tanh();
        y = p(4).mv(y).tanh();
        y = p(3).mv(p(5).mv(y)).tanh();
        Tensor loss = y.sum();
        if (piece % 2 == 1) {
          loss = loss.add(p(0).mul(new Scalar(piece)).sum());
        }
        loss.backward();
      }
    }

    void clear() {
      try (PointerScope _ = new PointerScope()) {
        parameters.forEach(parameter -> parameter.tensor().mutable_grad().reset());
      }
    }

    List<float[]> gradients() {
      try (PointerScope _ = new PointerScope()) {
        return parameters.stream()
            .map(parameter -> parameter.tensor().grad())
            .map(gradient -> gradient.defined() ? floats(gradient) : null)
            .toList();
      }
    }

    private static float[] floats(Tensor tensor) {
      float[] values = new float[(int) tensor.numel()];
      tensor.contiguous().data_ptr_float().get(values);
      return values;
    }

    @Override
    public void close() {
      parameters.forEach(parameter -> parameter.tensor().releaseReference());
    }
  }

  /** All gradients of each step of a team in which every member does so many pieces a step. */
  private static List<List<List<float[]>>> run(int size, int pieces, int steps) {
    return run(size, pieces, 0, steps);
  }

  private static List<List<List<float[]>>> run(int size, int pieces, int from, int to) {
    return Members.all(
        size,
        team -> {
          List<List<float[]>> seen = new ArrayList<>();
          try (Chain chain = new Chain();
              GradientSync sync = new GradientSync(team, chain.parameters)) {
            for (int step = from; step < to; step++) {
              for (int i = 0; i < pieces; i++) {
                if (i == pieces - 1) {
                  sync.expect();
                }
                chain.backward((step * pieces + i) * size + team.rank());
              }
              sync.finish();
              seen.add(chain.gradients());
              chain.clear();
            }
          }
          return seen;
        });
  }

  /** What one process accumulates over the same pieces, in the order in which sums are taken. */
  private static List<float[]> alone(int first, int size, int pieces) {
    try (Chain chain = new Chain()) {
      for (int i = 0; i < pieces * size; i++) {
        chain.backward(first + i);
      }
      return chain.gradients();
    }
  }

  @Test
  void twoMembersHaveTheGradientOfBothToTheBit() {
    int steps = 3;
    List<List<List<float[]>>> seen = run(2, 1, steps);
    for (int step = 0; step < steps; step++) {
      List<float[]> expected = alone(2 * step, 2, 1);
      assertThat(same(seen.get(0).get(step), expected)).as("rank 0, step %d", step).isTrue();
      assertThat(same(seen.get(1).get(step), expected)).as("rank 1, step %d", step).isTrue();
    }
  }

  @Test
  void accumulatedGradientsOfThreeMembersAreSummedOnce() {
    List<List<List<float[]>>> seen = run(3, 2, 3);
    for (int step = 0; step < 3; step++) {
      assertThat(same(seen.get(0).get(step), seen.get(1).get(step))).isTrue();
      assertThat(same(seen.get(0).get(step), seen.get(2).get(step))).isTrue();
      List<float[]> expected = alone(6 * step, 3, 2);
      for (int p = 0; p < expected.size(); p++) {
        float[] found = seen.get(0).get(step).get(p);
        if (expected.get(p) == null) {
          assertThat(found).isNull();
        } else {
          // Six float32 numbers are added in another order.
          float scale = largest(expected.get(p));
          assertThat(distance(found, expected.get(p))).isLessThan(6e-7f * scale);
        }
      }
    }
  }

  /** As of a process that was resumed: how a sum is rounded must not depend on the steps before. */
  @Test
  void whoBeginsLaterSumsToTheSameBits() {
    List<float[]> gone = run(3, 1, 0, 3).getFirst().getLast();
    List<float[]> begun = run(3, 1, 2, 3).getFirst().getFirst();
    assertThat(same(begun, gone)).isTrue();
  }

  @Test
  void aGradientOfOneMemberIsEverybodysAndOneOfNobodyIsNone() {
    for (List<List<float[]>> member : run(2, 1, 2)) {
      for (List<float[]> step : member) {
        assertThat(step.get(0)).as("used by rank 1 only").isNotNull();
        assertThat(step.get(1)).as("used by nobody").isNull();
      }
    }
  }

  @Test
  void mostBytesTravelDuringTheBackwardPass() {
    List<GradientSync.Report> reports =
        Members.all(
            2,
            team -> {
              try (Chain chain = new Chain();
                  GradientSync sync = new GradientSync(team, chain.parameters)) {
                for (int step = 0; step < 3; step++) {
                  sync.expect();
                  chain.backward(1);
                  sync.finish();
                  chain.clear();
                }
                return sync.report();
              }
            });
    assertThat(reports)
        .allSatisfy(report -> {
          assertThat(report.steps()).isEqualTo(2); // the first one learns
          assertThat(report.early()).isPositive().isGreaterThanOrEqualTo(report.bytes() / 3);
          assertThat(report.bytes()).isGreaterThanOrEqualTo(2 * 3 * WIDE * WIDE * Float.BYTES);
        });
  }

  @Test
  void stepsHoldNoFurtherMemory() {
    List<Long> grown =
        Members.all(
            2,
            team -> {
              try (Chain chain = new Chain();
                  GradientSync sync = new GradientSync(team, chain.parameters)) {
                long before = 0;
                for (int step = 0; step < 14; step++) {
                  sync.expect();
                  chain.backward(1);
                  sync.finish();
                  chain.clear();
                  if (step == 3) {
                    team.meet();
                    before = NativeHeap.bytesInUse();
                    team.meet();
                  }
                }
                team.meet();
                long grew = NativeHeap.bytesInUse() - before;
                team.meet();
                return grew;
              }
            });
    // Ten steps of two members; one gradient that is lost each would be 10 · 27 MB.
    assertThat(grown).allSatisfy(bytes -> assertThat(bytes).isLessThan(1 << 20));
  }

  private static boolean same(List<float[]> a, List<float[]> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!Arrays.equals(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static float distance(float[] a, float[] b) {
    float largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
