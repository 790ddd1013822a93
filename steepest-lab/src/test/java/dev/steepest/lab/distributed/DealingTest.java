package dev.steepest.lab.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Optimizer.Outcome;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.tensor.Native;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DealingTest {
  private static final int STEPS = 4;
  private static final int EVERYBODY = -1;

  @BeforeAll
  static void natives() {
    Native.prepare();
  }

  /** Parameters of every role, several matrices of one shape among them. */
  private static final class Weights implements AutoCloseable {
    private final List<Parameter> parameters = new ArrayList<>();

    Weights() {
      add("embed/weight", Role.EMBEDDING, 12, 6);
      add("pos", Role.EMBEDDING, 4, 6);
      add("stem.weight", Role.INPUT, 8, 3, 3, 3);
      for (int i = 0; i < 3; i++) {
        add("block/" + i + "/qkv", Role.MATRIX, 18, 6);
        add("block/" + i + "/out", Role.MATRIX, 6, 6);
        add("block/" + i + "/conv", Role.CONV, 6, 4, 3, 3);
        add("block/" + i + "/norm", Role.VECTOR, 6);
      }
      add("scale", Role.SCALAR);
      add("head", Role.HEAD, 12, 6);
    }

    private void add(String name, Role role, long... shape) {
      Tensor tensor;
      try (PointerScope _ = new PointerScope()) {
        tensor = filled(name.hashCode(), 0.3, shape).retainReference();
      }
      tensor.requires_grad_(true);
      int blocks = name.endsWith("qkv") ? 3 : 1;
      parameters.add(new Parameter(name, role, tensor, blocks));
    }

    private static Tensor filled(long seed, double size, long... shape) {
      Random random = new Random(seed);
      int count = 1;
      for (long s : shape) {
        count *= (int) s;
      }
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (size * random.nextGaussian());
      }
      return torch.tensor(values).reshape(shape);
    }

    /** The same gradients in every member; in step 2 one parameter has none. */
    void gradients(int step) {
      try (PointerScope _ = new PointerScope();
          AutoGradMode _ = new AutoGradMode(false)) {
        for (Parameter parameter : parameters) {
          if (step == 2 && parameter.name().equals("block/1/out")) {
            continue;
          }
          Tensor value = parameter.tensor();
          long[] shape = new long[(int) value.dim()];
          for (int i = 0; i < shape.length; i++) {
            shape[i] = value.size(i);
          }
          parameter
              .tensor()
              .mutable_grad()
              .put(filled(31L * step + parameter.name().hashCode(), 0.1, shape));
        }
      }
    }

    SortedMap<String, float[]> values() {
      SortedMap<String, float[]> values = new TreeMap<>();
      parameters.forEach(parameter -> values.put(parameter.name(), floats(parameter.tensor())));
      return values;
    }

    @Override
    public void close() {
      parameters.forEach(parameter -> parameter.tensor().releaseReference());
    }
  }

  private static float[] floats(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      Tensor flat = tensor.detach().to(ScalarType.Float).contiguous();
      float[] values = new float[(int) flat.numel()];
      flat.data_ptr_float().get(values);
      return values;
    }
  }

  private static Map<String, float[]> floats(Map<String, Tensor> tensors) {
    Map<String, float[]> values = new TreeMap<>();
    tensors.forEach((name, tensor) -> values.put(name, floats(tensor)));
    return values;
  }

  /** What a member has after some steps. */
  private record Seen(
      Map<String, float[]> values, Map<String, float[]> state, long stateBytes, String dealt) {}

  private static Seen train(
      Team team, Preset preset, Map<String, ?> settings, Optimizer.Path path) {
    try (Weights weights = new Weights();
        Run run = new Run(team, weights, preset, settings, path);
        PointerScope _ = new PointerScope()) {
      for (int step = 0; step < STEPS; step++) {
        run.step(step);
      }
      return new Seen(
          weights.values(),
          floats(run.dealing.state()),
          run.optimizer.stateBytes(),
          run.dealing.describe());
    }
  }

  private static final class Run implements AutoCloseable {
    private final Weights weights;
    private final Dealing dealing;
    private final Optimizer optimizer;

    Run(Team team, Weights weights, Preset preset, Map<String, ?> settings, Optimizer.Path path) {
      this.weights = weights;
      dealing = new Dealing(team);
      optimizer =
          preset
              .builder(weights.parameters, settings)
              .seed(5)
              .runOf(10)
              .path(path)
              .nonFinite(NonFinite.SKIP)
              .shards(dealing)
              .build();
      dealing.take(optimizer);
    }

    Outcome step(int number) {
      weights.gradients(number);
      Outcome outcome =
          dealing.step(() -> optimizer.step(1, () -> weights.gradients(number + 100)));
      optimizer.zeroGrad();
      return outcome;
    }

    @Override
    public void close() {
      optimizer.close();
    }
  }

  private static Stream<Preset> presets() {
    return Preset.all().stream();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void membersMakeTheUpdatesOfOneProcess(Preset preset) {
    Seen alone = train(Team.alone(), preset, Map.of(), Optimizer.Path.ONE_BY_ONE);
    List<Seen> members =
        Members.all(3, team -> train(team, preset, Map.of(), Optimizer.Path.ONE_BY_ONE));
    // Sums over a group are rounded once more; all else is the same arithmetic.
    boolean collective =
        List.of("adago", "adan", "lamb", "prodigy").stream().anyMatch(preset.name()::startsWith);
    for (Seen member : members) {
      assertClose(member.values(), alone.values(), collective ? 1e-5f : 0);
    }
    assertThat(members.getFirst().state().keySet()).isEqualTo(alone.state().keySet());
    assertClose(members.getFirst().state(), alone.state(), collective ? 1e-5f : 0);
  }

  private static void assertClose(
      Map<String, float[]> found, Map<String, float[]> expected, float tolerance) {
    Map<String, String> differences = new LinkedHashMap<>();
    expected.forEach((name, values) -> {
      float largest = 0;
      float scale = Float.MIN_NORMAL;
      for (int i = 0; i < values.length; i++) {
        scale = Math.max(scale, Math.abs(values[i]));
        largest = Math.max(largest, Math.abs(values[i] - found.get(name)[i]));
      }
      if (!(largest <= tolerance * scale)) {
        differences.put(name, largest + " of " + scale);
      }
    });
    assertThat(differences).isEmpty();
  }

  @Test
  void matricesAreDealtAndTheirStateIsShared() {
    Preset muon = Preset.named("muon");
    Seen alone = train(Team.alone(), muon, Map.of(), Optimizer.Path.TOGETHER);
    List<Seen> members =
        Members.all(2, team -> train(team, muon, Map.of(), Optimizer.Path.TOGETHER));
    assertThat(members.getFirst().dealt()).contains("dealt out over 2 processes");
    long together = members.stream().mapToLong(Seen::stateBytes).sum();
    assertThat(members.getFirst().stateBytes()).isLessThan(alone.stateBytes());
    assertThat(together).isLessThan(2 * alone.stateBytes());
    // Matrices are stacked with others than in one process: other kernels, other last bits.
    members.forEach(member -> assertClose(member.values(), alone.values(), 2e-3f));
  }

  @Test
  void costlyUpdatesAreDealtEvenlyAndCheapOnesAreEverybodys() {
    List<Map<Integer, Long>> elements =
        Members.all(
            2,
            team -> {
              Preset muon = Preset.named("muon");
              try (Weights weights = new Weights();
                  Run run = new Run(team, weights, muon, Map.of(), Optimizer.Path.TOGETHER)) {
                Map<Integer, Long> sums = new TreeMap<>();
                for (Parameter parameter : weights.parameters) {
                  int owner = run.dealing.owner(parameter.name()).orElse(EVERYBODY);
                  boolean costly = Set.of(Role.MATRIX, Role.CONV).contains(parameter.role());
                  assertThat(owner != EVERYBODY).as(parameter.name()).isEqualTo(costly);
                  sums.merge(owner, parameter.tensor().numel(), Long::sum);
                }
                return sums;
              }
            });
    assertThat(elements.get(0)).isEqualTo(elements.get(1)).containsOnlyKeys(EVERYBODY, 0, 1);
    // All have six columns, so that elements are the cost; the smallest matrix has 36.
    assertThat(elements.getFirst().get(0)).isCloseTo(elements.getFirst().get(1), within(36L));
  }

  @Test
  void stateMovesToAnotherNumberOfProcesses() {
    Preset muon = Preset.named("muon");
    Optimizer.Path path = Optimizer.Path.ONE_BY_ONE;
    Seen alone = train(Team.alone(), muon, Map.of(), path);
    for (int[] sizes : new int[][] {{2, 1}, {1, 2}, {2, 3}}) {
      Map<String, float[]> values = new TreeMap<>();
      Map<String, Tensor> kept = new TreeMap<>();
      team(
          sizes[0],
          team -> {
            try (Weights weights = new Weights();
                Run run = new Run(team, weights, muon, Map.of(), path);
                PointerScope _ = new PointerScope()) {
              run.step(0);
              run.step(1);
              Map<String, Tensor> state = run.dealing.state();
              if (team.leads()) {
                state.forEach((name, tensor) -> kept.put(name, tensor.retainReference()));
                values.putAll(weights.values());
              }
              return true;
            }
          });
      List<Map<String, float[]>> ends =
          team(
              sizes[1],
              team -> {
                try (Weights weights = new Weights();
                    Run run = new Run(team, weights, muon, Map.of(), path);
                    PointerScope _ = new PointerScope();
                    AutoGradMode _ = new AutoGradMode(false)) {
                  weights.parameters.forEach(p ->
                      p.tensor().copy_(torch.tensor(values.get(p.name())).view_as(p.tensor())));
                  run.dealing.load(kept);
                  run.step(2);
                  run.step(3);
                  return weights.values();
                }
              });
      kept.values().forEach(Tensor::releaseReference);
      ends.forEach(end -> assertClose(end, alone.values(), 0));
    }
  }

  private static <T> List<T> team(int size, java.util.function.Function<Team, T> work) {
    return size == 1 ? List.of(work.apply(Team.alone())) : Members.all(size, work);
  }

  @Test
  void wrappersAndSecondGradientsAreEverybodys() {
    Map<String, ?> settings = Map.of("sam", Map.of(), "ema", Map.of(), "clip_norm", Map.of());
    Preset muon = Preset.named("muon");
    Seen alone = train(Team.alone(), muon, settings, Optimizer.Path.TOGETHER);
    List<Seen> members =
        Members.all(2, team -> train(team, muon, settings, Optimizer.Path.TOGETHER));
    assertThat(members.getFirst().dealt()).isEqualTo("every process makes all updates");
    for (Seen member : members) {
      assertClose(member.values(), alone.values(), 0);
      assertClose(member.state(), alone.state(), 0);
    }
  }

  @Test
  void aGradientThatIsNotFiniteIsSkippedByAll() {
    List<List<Object>> seen =
        Members.all(
            2,
            team -> {
              try (Weights weights = new Weights();
                  Run run =
                      new Run(
                          team, weights, Preset.named("muon"), Map.of(), Optimizer.Path.TOGETHER)) {
                Map<String, float[]> before = weights.values();
                weights.gradients(0);
                try (PointerScope _ = new PointerScope()) {
                  // Of one matrix, which only its owner looks at.
                  Tensor gradient = weights.parameters.get(3).tensor().grad();
                  gradient.fill_(new org.bytedeco.pytorch.Scalar(Double.NaN));
                }
                Outcome outcome = run.dealing.step(() -> run.optimizer.step());
                assertClose(weights.values(), before, 0);
                return List.of(outcome);
              }
            });
    assertThat(seen).containsOnly(List.of(Outcome.SKIPPED)).hasSize(2);
  }
}
