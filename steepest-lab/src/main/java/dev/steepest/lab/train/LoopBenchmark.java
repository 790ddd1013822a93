package dev.steepest.lab.train;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.batch.BatchPlan;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the loop costs on top of the mathematics: the same network and optimizer trained alternately
 * by a bare forward–backward–step over tensors that lie ready in memory, and by a {@link Trainer}
 * with augmentation, batches, step reports and gradient clipping.
 */
public final class LoopBenchmark {
  private static final int LOG_EVERY = 10; // assumed: what a study would log

  private final Network network;
  private final Optimizer optimizer;
  private final Setup setup;
  private final Device device;
  private static final double SMOOTHING = 0.1; // of the CIFAR-10 benchmark

  /**
   * What to measure.
   *
   * @param images shape of the (random) training images
   * @param batch images per step
   * @param stepsPerRound steps that each side makes in a round
   * @param rounds measured rounds; one more is made before them and thrown away
   * @param precision of both sides
   * @param layout of both sides
   * @param augmentation of the full loop
   * @param prefetch of the full loop
   */
  public record Setup(
      Images images,
      int batch,
      int stepsPerRound,
      int rounds,
      Precision precision,
      MemoryLayout layout,
      AugmentationPlan augmentation,
      Prefetch prefetch) {
    /** Batch 1024 in bf16, channels last, with the augmentation of the CIFAR-10 benchmark. */
    public static Setup cifar(int batch, int stepsPerRound, int rounds) {
      return new Setup(
          Images.CIFAR10,
          batch,
          stepsPerRound,
          rounds,
          Precision.BF16,
          MemoryLayout.CHANNELS_LAST,
          AugmentationPlan.CIFAR_BENCHMARK,
          Prefetch.OFF);
    }
  }

  /**
   * A benchmark on one network.
   *
   * @param network trained by both sides in turn; must fit the setup's images
   * @param optimizer of its parameters
   */
  public LoopBenchmark(Network network, Optimizer optimizer, Setup setup, Device device) {
    this.network = network.to(device, ScalarType.Float);
    this.optimizer = optimizer;
    this.setup = setup;
    this.device = device;
  }

  /**
   * Runs all rounds, changing the order within a round each time.
   *
   * @param each hears every round as soon as it is made
   */
  public LoopBenchmarkResult run(Consumer<LoopBenchmarkResult.Round> each) {
    var rounds = new ArrayList<LoopBenchmarkResult.Round>();
    try (PointerScope _ = new PointerScope();
        ImageSet set = randomImages()) {
      TrainingData data = data(set);
      MiniBatch resident = resident(data);
      for (int round = 0; round <= setup.rounds(); round++) {
        boolean bareFirst = round % 2 == 0;
        double before = bareFirst ? bare(resident) : 0;
        double full = full(data);
        double bare = bareFirst ? before : bare(resident);
        if (round > 0) {
          var made = new LoopBenchmarkResult.Round(bare, full, ProcessMemory.residentBytes());
          rounds.add(made);
          each.accept(made);
        }
      }
    }
    return new LoopBenchmarkResult(rounds);
  }

  /** Images per second of the mathematics alone. */
  private double bare(MiniBatch batch) {
    network.train();
    Stopwatch watch = new Stopwatch(device);
    watch.start();
    for (int step = 0; step < setup.stepsPerRound(); step++) {
      try (PointerScope _ = new PointerScope()) {
        Tensor value;
        try (Autocast _ = Autocast.on(device, setup.precision())) {
          value =
              CrossEntropy.MEAN.apply(network.forward(batch.inputs()), batch.labels(), SMOOTHING);
        }
        value.backward();
        optimizer.step();
        optimizer.zeroGrad();
      }
    }
    watch.stop();
    return perSecond(watch.seconds());
  }

  /** Images per second of the training clock of a whole run. */
  private double full(TrainingData data) {
    TrainingPlan plan =
        TrainingPlan.of(1, 1)
            .withCompute(setup.precision(), setup.layout())
            .withClipNorm(1)
            .withLabelSmoothing(SMOOTHING)
            .withReports(1, LOG_EVERY);
    try (Trainer trainer =
        new Trainer(
            network,
            optimizer,
            GroupSchedules.same(_ -> 1),
            data,
            plan,
            device,
            Checkpointing.OFF,
            TrainListener.SILENT)) {
      TrainingResult result = trainer.run();
      if (result.end() != TrainingResult.End.FINISHED) {
        throw new IllegalStateException(
            "The benchmark's training ended early: "
                + result.reason()
                + " Use a smaller learning rate.");
      }
      return perSecond(result.position().trainSeconds());
    }
  }

  private double perSecond(double seconds) {
    return (double) setup.batch() * setup.stepsPerRound() / seconds;
  }

  private TrainingData data(ImageSet set) {
    int channels = setup.images().channels();
    return new ImageTrainingData(
        set,
        new LinkedHashMap<>(),
        setup.augmentation(),
        new Normalization(
            Collections.nCopies(channels, 0.5f), Collections.nCopies(channels, 0.25f)),
        new BatchPlan(setup.batch(), LastBatch.KEEP, setup.prefetch()),
        setup.batch(),
        setup.layout(),
        1);
  }

  private ImageSet randomImages() {
    Images shape = setup.images();
    int count = setup.batch() * setup.stepsPerRound();
    byte[] pixels = new byte[count * shape.channels() * shape.size() * shape.size()];
    new Random(1).nextBytes(pixels);
    long[] labels = new Random(2).longs(count, 0, shape.classes()).toArray();
    List<String> names = IntStream.range(0, shape.classes()).mapToObj(Integer::toString).toList();
    return ImageSet.of(
        "random", pixels, labels, names, shape.channels(), shape.size(), shape.size());
  }

  /** The first batch of the epoch, on the device, in the precision that the network computes in. */
  private MiniBatch resident(TrainingData data) {
    try (BatchStream stream = data.training(0, 0)) {
      MiniBatch first = new Transfer(device, setup.layout()).toDevice(stream.next());
      return switch (setup.precision()) {
        case FP32 -> first;
        case BF16 -> new MiniBatch(first.inputs().to(ScalarType.BFloat16), first.labels());
        case FP16 -> new MiniBatch(first.inputs().to(ScalarType.Half), first.labels());
      };
    }
  }
}
