package dev.steepest.lab.bench;

import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.GradientSync;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.train.Autocast;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.Stopwatch;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.tensor.Seeds;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Forward, loss, backward and optimizer step of a language network over one batch of random tokens
 * that lies ready in memory.
 */
public final class TokenSpeed implements AutoCloseable {
  private final LanguageNetwork network;
  private final Optimizer optimizer;
  private final Dealing together;
  private final GradientSync gradients;
  private final Device device;
  private final Setup setup;
  private final long held;
  private final Tensor tokens;
  private final Tensor targets;

  /**
   * What a step is.
   *
   * @param batch sequences, at least 1
   * @param parts that they are taken in, one after the other: 1 to {@code batch}
   * @param vocabulary tokens are drawn from
   * @param steps of a measurement, at least 1
   * @param precision of forward and backward pass
   */
  public record Setup(int batch, int parts, int vocabulary, int steps, Precision precision) {}

  /**
   * Prepares a batch.
   *
   * @param network in training mode; it is moved to the device and changed by every measurement
   * @param optimizer of its parameters
   * @param held bytes that native code held before the network was made
   */
  public TokenSpeed(
      LanguageNetwork network, Optimizer optimizer, Setup setup, long held, Device device) {
    this(network, optimizer, Dealing.alone(optimizer), setup, held, device);
  }

  /**
   * The same for one of several processes that train the network together, each over a batch of its
   * own.
   *
   * @param together has taken the optimizer
   */
  public TokenSpeed(
      LanguageNetwork network,
      Optimizer optimizer,
      Dealing together,
      Setup setup,
      long held,
      Device device) {
    this.together = together;
    this.network = network;
    this.optimizer = optimizer;
    this.setup = setup;
    this.held = held;
    this.device = device;
    network.to(device, ScalarType.Float);
    network.train();
    gradients = new GradientSync(together.team(), network.parameters());
    try (PointerScope _ = new PointerScope()) {
      Tensor text =
          Seeds.bits(1 + together.team().rank(), setup.batch(), network.context() + 1L)
              .to(device, ScalarType.Long)
              .remainder(new Scalar(setup.vocabulary()));
      tokens = text.narrow(1, 0, network.context()).contiguous().retainReference();
      targets = text.narrow(1, 1, network.context()).contiguous().retainReference();
    }
  }

  /** Tokens per second of some steps, those of this process alone. */
  public double perSecond() {
    Stopwatch watch = new Stopwatch(device);
    watch.start();
    for (int i = 0; i < setup.steps(); i++) {
      step();
    }
    watch.stop();
    return setup.steps() * tokens.numel() / watch.seconds();
  }

  private void step() {
    int sequences = setup.batch();
    int parts = setup.parts();
    for (int i = 0; i < parts; i++) {
      long from = (long) i * sequences / parts;
      long count = (i + 1L) * sequences / parts - from;
      try (PointerScope _ = new PointerScope()) {
        Tensor loss;
        try (Autocast _ = Autocast.on(device, setup.precision())) {
          loss = network.loss(tokens.narrow(0, from, count), targets.narrow(0, from, count));
        }
        if (i == parts - 1) {
          gradients.expect();
        }
        double all = (double) sequences * together.team().size();
        network.backward(loss.mul(new Scalar(count / all)));
      }
    }
    gradients.finish();
    try (PointerScope _ = new PointerScope()) {
      together.step(optimizer::step);
      optimizer.zeroGrad();
    }
  }

  /** What another step holds; to be asked after the first, with which the state is complete. */
  GptResult.Memory memory() {
    long state = optimizer.stateBytes();
    for (Parameter p : network.parameters()) {
      state += 2 * p.tensor().nbytes();
    }
    return new GptResult.Memory(state, device.is_cpu() ? MemoryPeak.of(this::step) - held : 0);
  }

  /** What the sums of gradients have cost so far. */
  public GradientSync.Report report() {
    return gradients.report();
  }

  /** Floating-point operations of forward and backward pass over one token. */
  public double flopsPerToken() {
    return network.flopsPerToken(network.context());
  }

  /** Frees the batch; network and optimizer stay the caller's. */
  @Override
  public void close() {
    gradients.close();
    tokens.close();
    targets.close();
  }
}
