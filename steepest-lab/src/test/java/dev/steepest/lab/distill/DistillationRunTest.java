package dev.steepest.lab.distill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.diffusion.SmallPrior;
import dev.steepest.lab.distill.VariationalSettings.Form;
import dev.steepest.lab.train.Checkpointing;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective.Labels;
import dev.steepest.lab.train.StepReport;
import dev.steepest.lab.train.TrainListener;
import dev.steepest.lab.train.Trainer;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.lab.train.TrainingResult;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.tensor.NativeHeap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Distillation in the loop, from a small network. */
class DistillationRunTest {
  private static final Device CPU = new Device("cpu").retainReference();
  private static final List<String> PROMPTS = List.of("star, clean", "star, clean", "ring, clean");
  private static final int SIZE = 16;
  private static final int STEPS = 6;

  /** Assumed, for what other threads hold; a graph per step would be 100 MB. */
  private static final long OTHERS = 8L << 20;

  @TempDir Path folder;

  private final SmallPrior prior = OwnModelTest.prior(8, 1);

  @AfterEach
  void free() {
    prior.close();
  }

  private static DistillationSettings settings(Mode mode, Form form) {
    return DistillationSettings.of(mode)
        .withVariational(new VariationalSettings(form, 2, 1e-2, false));
  }

  private Distillation distillation(PlainField field, DistillationSettings settings, long seed) {
    return new Distillation(
        field, prior, PROMPTS, settings, STEPS, seed, DistillationMeasures.PLAIN);
  }

  private record Run(TrainingResult result, double[] pixels) {}

  /**
   * @param seed of the images and of φ
   * @param stop after this step
   */
  private Run run(
      DistillationSettings settings, long seed, long stop, Checkpointing saving, boolean resume) {
    var data = new WholeField(3, field -> distillation((PlainField) field, settings, seed));
    var stopping = new Trainer[1];
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onStep(StepReport step) {
            if (step.at().step() == stop) {
              stopping[0].requestStop();
            }
          }
        };
    try (var field = new PlainField(3, SIZE, seed);
        Optimizer optimizer = optimizer(field);
        Trainer trainer =
            new Trainer(
                field,
                optimizer,
                GroupSchedules.same(_ -> 1),
                data,
                TrainingPlan.of(STEPS, 3).withSteps(STEPS).withReports(STEPS, 1),
                CPU,
                saving,
                listener)) {
      stopping[0] = trainer;
      if (resume) {
        trainer.resume(saving.file().orElseThrow());
      }
      TrainingResult result = trainer.run();
      double[] pixels = new double[3 * SIZE * SIZE];
      try (PointerScope _ = new PointerScope()) {
        Tensor wide = field.pixels().detach().to(ScalarType.Double);
        wide.data_ptr_double().get(pixels);
      }
      return new Run(result, pixels);
    }
  }

  private static Optimizer optimizer(PlainField field) {
    var adam = AdamW.builder().lr(.05).build();
    return Optimizer.builder(List.of(new ParameterGroup("all", adam, field.parameters())))
        .nonFinite(NonFinite.SKIP)
        .build();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aStoppedRunEndsAsOneThatWasNot(Form form) {
    DistillationSettings vsd = settings(Mode.VSD, form);
    Run straight = run(vsd, 1, Long.MAX_VALUE, Checkpointing.OFF, false);
    assertThat(straight.result().end()).isEqualTo(End.FINISHED);

    Checkpointing saving =
        Checkpointing.to(folder.resolve("checkpoint.safetensors"), Duration.ofHours(1));
    assertThat(run(vsd, 1, 3, saving, false).result().end()).isEqualTo(End.STOPPED);
    // Another seed: φ and its moments must come from the checkpoint.
    Run resumed = run(vsd, 2, Long.MAX_VALUE, saving, true);
    assertThat(resumed.pixels()).isEqualTo(straight.pixels());
  }

  /** The second half of a bridge asks for something else; until then it is the same. */
  @Test
  void aBridgeIsSdsUntilItsSecondStage() {
    DistillationSettings bridge = settings(Mode.BRIDGE, Form.LORA);
    DistillationSettings sds = settings(Mode.SDS, Form.LORA);
    assertThat(run(bridge, 1, STEPS / 2, Checkpointing.OFF, false).pixels())
        .isEqualTo(run(sds, 1, STEPS / 2, Checkpointing.OFF, false).pixels());
    assertThat(run(bridge, 1, Long.MAX_VALUE, Checkpointing.OFF, false).pixels())
        .isNotEqualTo(run(sds, 1, Long.MAX_VALUE, Checkpointing.OFF, false).pixels());
  }

  @Test
  void anImageThatIsNoNumberEndsTheRun() {
    var data =
        new WholeField(
            3,
            field -> {
              try (AutoGradMode _ = new AutoGradMode(false);
                  PointerScope _ = new PointerScope()) {
                ((PlainField) field).pixels().select(0, 1).fill_(new Scalar(Double.NaN));
              }
              return distillation((PlainField) field, DistillationSettings.of(Mode.SDS), 1);
            });
    try (var field = new PlainField(3, SIZE, 1);
        Optimizer optimizer = optimizer(field);
        Trainer trainer =
            new Trainer(
                field,
                optimizer,
                GroupSchedules.same(_ -> 1),
                data,
                TrainingPlan.of(STEPS, 3),
                CPU,
                Checkpointing.OFF,
                new TrainListener() {})) {
      TrainingResult result = trainer.run();
      assertThat(result.end()).isEqualTo(End.DIVERGED);
      assertThat(result.reason()).contains("step 1").contains("NaN");
    }
  }

  /** 300 steps, of which the first 20 fill caches. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void nothingIsKeptOfAStep(Mode mode) {
    try (var field = new PlainField(3, SIZE, 1);
        Distillation distillation = distillation(field, settings(mode, Form.LORA), 1);
        PointerScope _ = new PointerScope()) {
      Tensor which = Tensor.create(new long[] {0, 1, 2}, 3);
      steps(distillation, field, which, 20);
      long handles = Pointer.totalCount();
      long bytes = NativeHeap.bytesInUse();
      steps(distillation, field, which, 280);
      assertThat(Pointer.totalCount() - handles).as("handles more").isLessThanOrEqualTo(0);
      assertThat(NativeHeap.bytesInUse() - bytes).as("bytes more").isLessThan(OTHERS);
    }
  }

  private static void steps(Distillation distillation, PlainField field, Tensor which, int count) {
    for (int step = 0; step < count; step++) {
      try (PointerScope _ = new PointerScope()) {
        double done = (double) (step % STEPS) / STEPS; // both stages of bridge
        distillation.pass(new MiniBatch(which, which), Labels.GIVEN, done).loss().backward();
        field.pixels().mutable_grad().reset();
      }
    }
  }
}
