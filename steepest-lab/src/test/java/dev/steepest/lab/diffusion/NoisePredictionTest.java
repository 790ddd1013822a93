package dev.steepest.lab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective.Judged;
import dev.steepest.lab.train.Objective.Labels;
import dev.steepest.lab.train.Objective.Pass;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoisePredictionTest {
  private static final Conditions CONDITIONS = new Conditions(1, 4, 3, 2);
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.linear(100, 1e-3, 0.05);
  private static final LabelDrops DROPS = new LabelDrops(0.1, 0.2, 0.15);

  private final PlainDenoiser network = new PlainDenoiser(CONDITIONS, 2);
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    torch.manual_seed(3);
  }

  @AfterEach
  void close() {
    scope.close();
    network.close();
  }

  private NoisePrediction objective(Optional<Judge> judge) {
    return new NoisePrediction(
        network,
        new DiffusionPlan(SCHEDULE, DROPS, new SamplePlan(2, 10, 2, SamplePlan.When.END), judge));
  }

  private static MiniBatch images(int count) {
    long[] labels = LongStream.range(0, count).map(i -> i % 6).toArray();
    return new MiniBatch(torch.rand(count, 1, 4, 4), Tensor.create(labels));
  }

  /** Numbered from {@code first} on, as evaluation batches are. */
  private static MiniBatch numbered(Tensor images, long first) {
    long[] labels =
        LongStream.range(first, first + images.size(0))
            .flatMap(i -> LongStream.of(i % 6, i))
            .toArray();
    return new MiniBatch(images, Tensor.create(labels, images.size(0), 2));
  }

  /** The network doubles what it sees, so that the loss follows from what it was shown. */
  @Test
  void theLossIsTheMeanSquaredErrorOfTheNoise() {
    MiniBatch batch = images(40);
    Pass pass = objective(Optional.empty()).pass(batch, Labels.GIVEN, 0);
    float[] x = floats(batch.inputs());
    float[] seen = floats(network.x);
    long[] t = TensorMemory.longs(network.t);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double left = SCHEDULE.alphaBar((int) t[i / 16]);
      double noise = (seen[i] - Math.sqrt(left) * x[i]) / Math.sqrt(1 - left);
      sum += (2 * seen[i] - noise) * (2 * seen[i] - noise);
    }
    assertThat(pass.loss().item_float()).isCloseTo((float) (sum / x.length), within(1e-4f));
    assertThat(pass.mean().item_float()).isEqualTo(pass.loss().item_float());
    assertThat(pass.loss().requires_grad()).isTrue();
    assertThat(pass.hits()).isEmpty();
  }

  @Test
  void timeStepsAndNoiseAreDrawnEvenlyAndNormally() {
    MiniBatch batch =
        new MiniBatch(torch.zeros(20_000, 1, 4, 4), torch.zeros(20_000).to(ScalarType.Long));
    var unused = objective(Optional.empty()).pass(batch, Labels.GIVEN, 0);
    assertThat(unused).isNotNull();
    long[] t = TensorMemory.longs(network.t);
    assertThat(LongStream.of(t).average().orElseThrow()).isCloseTo(49.5, within(1.0));
    assertThat(LongStream.of(t).distinct().count()).isEqualTo(100);
    float[] seen = floats(network.x);
    double squares = 0;
    for (int i = 0; i < seen.length; i++) {
      squares += seen[i] * seen[i] / (1 - SCHEDULE.alphaBar((int) t[i / 16]));
    }
    assertThat(squares / seen.length).isCloseTo(1, within(0.03));
  }

  /** Each of the four ways to be told, as often as was asked for. */
  @Test
  void labelsAreDroppedAsOftenAsAskedFor() {
    int count = 30_000;
    var unused = objective(Optional.empty()).pass(images(count), Labels.GIVEN, 0);
    assertThat(unused).isNotNull();
    long[] told = TensorMemory.longs(network.labels);
    int[] ways = new int[4];
    for (int i = 0; i < count; i++) {
      boolean noClass = told[2 * i] == CONDITIONS.noClass();
      boolean noQuality = told[2 * i + 1] == CONDITIONS.noQuality();
      ways[(noClass ? 1 : 0) + (noQuality ? 2 : 0)]++;
      assertThat(noClass || told[2 * i] == i % 6 / 2).isTrue();
      assertThat(noQuality || told[2 * i + 1] == i % 2).isTrue();
    }
    double[] shares = {0.55, 0.2, 0.15, 0.1};
    for (int way = 0; way < 4; way++) {
      assertThat(ways[way] / (double) count).isCloseTo(shares[way], within(0.012));
    }
  }

  /** The curvature's noise is around the prediction itself: a loss of 1 whatever that is. */
  @Test
  void drawnLabelsLieAroundThePrediction() {
    Pass pass = objective(Optional.empty()).pass(images(5000), Labels.DRAWN, 0);
    assertThat(pass.loss().item_float()).isCloseTo(1, within(0.04f));
  }

  @Test
  void aLookIsTheSameWhateverItsBatchesAndSeeds() {
    Tensor images = torch.rand(30, 1, 4, 4);
    NoisePrediction objective = objective(Optional.empty());
    Judged whole = objective.judge(numbered(images, 0), TestTimeAugmentation.NONE);
    torch.manual_seed(99);
    Judged first = objective.judge(numbered(images.narrow(0, 0, 7), 0), TestTimeAugmentation.NONE);
    Judged rest = objective.judge(numbered(images.narrow(0, 7, 23), 7), TestTimeAugmentation.NONE);
    assertThat(first.losses() + rest.losses()).isCloseTo(whole.losses(), within(1e-4));
    assertThat(whole.items()).isEqualTo(30);
    assertThat(whole.picture()).isEmpty();
    assertThat(TensorMemory.longs(network.labels)).doesNotContain(CONDITIONS.noClass());
  }

  /** A judge that takes all for the middle class, of three that it has in another order. */
  @Test
  void samplesAreJudgedByWhatWasAskedFor() {
    Judge judge =
        new Judge(
            images ->
                torch.zeros(images.size(0), 3).add(Tensor.create(0f, (float) Math.log(2), 0f)),
            List.of(2, 1, 0));
    Tensor noise = torch.randn(6, 1, 4, 4);
    long[] wanted = {0, -1, 2, -1, 4, -1, 0, -1, 2, -1, 4, -1};
    Judged drawn =
        objective(Optional.of(judge))
            .judge(new MiniBatch(noise, Tensor.create(wanted, 6, 2)), TestTimeAugmentation.NONE);
    assertThat(drawn.items()).isZero();
    SamplePlan.Shares shares = SamplePlan.shares(drawn.others()).orElseThrow();
    assertThat(shares.right()).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(shares.confidence()).isCloseTo((0.25 + 0.5 + 0.25) / 3, within(1e-6));
    assertThat(drawn.picture().orElseThrow().width()).isEqualTo(2 + 3 * (2 * 4 + 2));
    assertThat(drawn.picture().orElseThrow().height()).isEqualTo(2 + 2 * (2 * 4 + 2));
    Judged plain =
        objective(Optional.of(judge)).judge(numbered(noise, 0), TestTimeAugmentation.NONE);
    assertThat(plain.others().keySet()).isEqualTo(drawn.others().keySet());
    assertThat(SamplePlan.shares(plain.others())).isEmpty();
  }

  @Test
  void fixedNoiseBelongsToTheNumberAlone() {
    long[] numbers = LongStream.range(0, 5000).toArray();
    Tensor many = FixedNoise.MEASURED.of(numbers, 1, 4, 4);
    Tensor few = FixedNoise.MEASURED.of(new long[] {7, 5}, 1, 4, 4);
    Tensor same = cat(new TensorVector(many.narrow(0, 7, 1), many.narrow(0, 5, 1)), 0);
    assertThat(few.equal(same)).isTrue();
    assertThat(FixedNoise.SAMPLES.of(numbers, 1, 4, 4).equal(many)).isFalse();
    assertThat(many.mean().item_float()).isCloseTo(0, within(0.03f));
    assertThat(many.std().item_float()).isCloseTo(1, within(0.02f));
    assertThat(many.abs().max().item_float()).isBetween(3.3f, 6.5f);
  }

  private static float[] floats(Tensor values) {
    float[] array = new float[(int) values.numel()];
    values.contiguous().data_ptr_float().get(array);
    return array;
  }
}
