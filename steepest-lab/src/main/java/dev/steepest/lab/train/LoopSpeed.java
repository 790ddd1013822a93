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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The speed of training on random images: of the whole loop of a {@link Trainer}, with
 * augmentation, batches, step reports and clipping; and of the mathematics alone, forward, loss,
 * backward and step over one batch that lies ready in memory. Both train the same network with the
 * same optimizer; what it prepares from data belongs to no measurement.
 */
public final class LoopSpeed implements AutoCloseable {
  private static final int LOG_EVERY = 10; // assumed: what a study would log

  private final Network network;
  private final Optimizer optimizer;
  private final Setup setup;
  private final Device device;
  private final ImageSet set;
  private final TrainingData data;
  private final MiniBatch resident;

  /**
   * What is trained on, and how.
   *
   * @param images shape of the (random) training images
   * @param batch images per step
   * @param steps of one measurement; as many batches are kept in memory, as bytes
   * @param precision of both
   * @param layout of both
   * @param augmentation of the whole loop
   * @param prefetch of the whole loop
   * @param clipNorm of the whole loop; 0 = no clipping
   * @param labelSmoothing of both
   * @param freezing of both, from the first step on: its epochs do not count
   */
  public record Setup(
      Images images,
      int batch,
      int steps,
      Precision precision,
      MemoryLayout layout,
      AugmentationPlan augmentation,
      Prefetch prefetch,
      double clipNorm,
      double labelSmoothing,
      Freezing freezing) {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8; // of the JDK's own classes

    public Setup {
      freezing = freezing.throughout();
      long most = mostSteps(images, batch);
      if (batch < 1 || steps < 1 || steps > most) {
        throw new IllegalArgumentException(
            "%d steps of %d images are not possible: their bytes are kept in one array, so that at most %d steps of this batch fit, and at least 1 is needed."
                .formatted(steps, batch, most));
      }
    }

    /** As many steps as their images' bytes, in one array, leave room for; 0 if not even one. */
    public static int mostSteps(Images images, int batch) {
      long bytes = (long) images.channels() * images.size() * images.size();
      return (int) (LARGEST_ARRAY / (bytes * batch));
    }

    /** The recipe of the CIFAR-10 optimizer benchmark, in bf16, channels last. */
    public static Setup cifar(int batch, int steps) {
      return new Setup(
          Images.CIFAR10,
          batch,
          steps,
          Precision.BF16,
          MemoryLayout.CHANNELS_LAST,
          AugmentationPlan.CIFAR_BENCHMARK,
          Prefetch.OFF,
          1,
          0.1,
          Freezing.NONE);
    }

    /** The recipe of airbench94, channels last; batches are prepared ahead beside a GPU. */
    public static Setup airbench(int batch, int steps, Precision precision, Device device) {
      return new Setup(
          Images.CIFAR10,
          batch,
          steps,
          precision,
          MemoryLayout.CHANNELS_LAST,
          AugmentationPlan.AIRBENCH,
          device.is_cpu() ? Prefetch.OFF : Prefetch.ON,
          0,
          0.2,
          Freezing.NONE);
    }

    /** The same with parameters that are not trained. */
    public Setup withFreezing(Freezing frozen) {
      return new Setup(
          images,
          batch,
          steps,
          precision,
          layout,
          augmentation,
          prefetch,
          clipNorm,
          labelSmoothing,
          frozen);
    }
  }

  /**
   * Prepares the images.
   *
   * @param network must fit the setup's images; it is moved to the device
   * @param optimizer of its parameters
   * @throws IllegalArgumentException when the device cannot train in the precision, or what is to
   *     be frozen is not there
   */
  public LoopSpeed(Network network, Optimizer optimizer, Setup setup, Device device) {
    setup.precision().requireOn(device);
    this.network = network.to(device, ScalarType.Float);
    this.optimizer = optimizer;
    this.setup = setup;
    this.device = device;
    setup.freezing().of(network, Pace.constant(1)).begin(0);
    set = randomImages(setup);
    data = data();
    new Transfer(device, setup.layout()).prepare(network, data);
    resident = resident();
  }

  /** Images per second of the mathematics alone. */
  public double bare() {
    network.train();
    Stopwatch watch = new Stopwatch(device);
    watch.start();
    for (int step = 0; step < setup.steps(); step++) {
      try (PointerScope _ = new PointerScope()) {
        Tensor value;
        try (Autocast _ = Autocast.on(device, setup.precision())) {
          value =
              CrossEntropy.MEAN.apply(
                  network.forward(resident.inputs()), resident.labels(), setup.labelSmoothing());
        }
        network.backward(value);
        optimizer.step();
        optimizer.zeroGrad();
      }
    }
    watch.stop();
    return perSecond(watch.seconds());
  }

  /** Images per second by the training clock of a whole run. */
  public double full() {
    TrainingPlan plan =
        TrainingPlan.of(1, 1)
            .withCompute(setup.precision(), setup.layout())
            .withClipNorm(setup.clipNorm())
            .withLabelSmoothing(setup.labelSmoothing())
            .withFreezing(setup.freezing())
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
      trainer.beginPrepared();
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
    return (double) setup.batch() * setup.steps() / seconds;
  }

  private TrainingData data() {
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

  private static ImageSet randomImages(Setup setup) {
    Images shape = setup.images();
    int count = setup.batch() * setup.steps();
    byte[] pixels =
        new byte[Math.multiplyExact(count, shape.channels() * shape.size() * shape.size())];
    new Random(1).nextBytes(pixels);
    long[] labels = new Random(2).longs(count, 0, shape.classes()).toArray();
    List<String> names = IntStream.range(0, shape.classes()).mapToObj(Integer::toString).toList();
    return ImageSet.of(
        "random", pixels, labels, names, shape.channels(), shape.size(), shape.size());
  }

  /** The first batch of the epoch, on the device, in the precision that the network computes in. */
  private MiniBatch resident() {
    try (PointerScope _ = new PointerScope();
        BatchStream stream = data.training(0, 0)) {
      MiniBatch first = new Transfer(device, setup.layout()).toDevice(stream.next());
      Tensor inputs = first.inputs().to(setup.precision().type());
      return new MiniBatch(inputs.retainReference(), first.labels().retainReference());
    }
  }

  /** Frees the images; network and optimizer stay the caller's. */
  @Override
  public void close() {
    resident.close();
    set.close();
  }
}
