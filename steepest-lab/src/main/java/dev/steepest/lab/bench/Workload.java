package dev.steepest.lab.bench;

import dev.steepest.lab.model.Gpt;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.MoeGpt;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.train.Autocast;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Parameters with gradients, and what a training step costs besides the optimizer.
 *
 * @param name on the command line
 * @param about one line: the network and the pass
 * @param open makes the parameters
 */
public record Workload(String name, String about, Supplier<Opened> open) {

  /**
   * A workload in memory.
   *
   * @param parameters with gradients once {@code pass} has run
   * @param pass forward and backward
   * @param release frees everything
   */
  public record Opened(List<Parameter> parameters, Runnable pass, Runnable release)
      implements AutoCloseable {

    /** Whether a preset's main slot finds something to work on. */
    public boolean suits(Preset preset) {
      return parameters.stream().anyMatch(p -> preset.main().roles().contains(p.role()));
    }

    @Override
    public void close() {
      release.run();
    }
  }

  private static final long TOKENS = 40_000; // below the vocabulary of either language network

  /** All of them. */
  public static List<Workload> all() {
    return List.of(
        new Workload(
            "small",
            "150 tensors of 16 to 1,024 elements without a network; the pass fills gradients",
            () -> loose(150, 2, 128, 8)),
        new Workload(
            "large",
            "4 matrices of 2048×2048 without a network; the pass fills gradients",
            () -> loose(4, 2048, 2048, 2048)),
        new Workload(
            "resnet18",
            "ResNet-18 for CIFAR-10, forward and backward of 1,024 images, bfloat16 channels-last",
            () -> images("resnet18", 1024)),
        new Workload(
            "gpt",
            "GPT of the NanoGPT speedrun, 124 million parameters, forward and backward of 4,096"
                + " tokens in bfloat16",
            () -> language(Gpt.speedrun(1), 4, 1024)),
        new Workload(
            "moe",
            "mixture of 8 experts, 79 million parameters, forward and backward of 4,096 tokens in"
                + " bfloat16",
            () -> language(MoeGpt.published(1), 8, 512)));
  }

  /** Matrices with {@code columns} columns whose rows grow from {@code least} to {@code most}. */
  private static Opened loose(int count, long least, long most, long columns) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double grown = Math.pow((double) most / least, i / (count - 1.0));
      Tensor values = Seeds.normal(i, Math.round(least * grown), columns);
      parameters.add(
          new Parameter(
              "tensor " + i, Role.MATRIX, values.set_requires_grad(true).retainReference()));
    }
    Runnable pass =
        () -> {
          for (Parameter p : parameters) {
            p.tensor().mutable_grad().put(torch.randn_like(p.tensor().detach()));
          }
        };
    return new Opened(
        parameters, pass, () -> parameters.forEach(p -> p.tensor().releaseReference()));
  }

  private static Opened images(String name, int batch) {
    Network network = Networks.named(name).create(Images.CIFAR10, Map.of(), 1);
    try (PointerScope _ = new PointerScope()) {
      Tensor inputs =
          Seeds.normal(1, batch, 3, 32, 32)
              .to(ScalarType.BFloat16)
              .contiguous(MemoryFormat.ChannelsLast)
              .retainReference();
      Tensor labels = tokens(2, 10, batch);
      return open(
          network,
          () -> torch.cross_entropy_loss(network.forward(inputs).to(ScalarType.Float), labels),
          List.of(inputs, labels));
    }
  }

  private static Opened language(LanguageNetwork network, int sequences, int length) {
    try (PointerScope _ = new PointerScope()) {
      Tensor inputs = tokens(1, TOKENS, sequences, length);
      Tensor targets = tokens(2, TOKENS, sequences, length);
      return open(network, () -> network.loss(inputs, targets), List.of(inputs, targets));
    }
  }

  /** Random whole numbers below {@code limit} that outlive the current scope. */
  private static Tensor tokens(long seed, long limit, long... shape) {
    return Seeds.bits(seed, shape)
        .to(ScalarType.Long)
        .remainder(new Scalar(limit))
        .retainReference();
  }

  /** A network on the CPU whose pass is the backward of {@code loss} under bfloat16 autocast. */
  private static Opened open(Network network, Supplier<Tensor> loss, List<Tensor> data) {
    network.to(new Device("cpu"), ScalarType.Float);
    network.train();
    Runnable pass =
        () -> {
          try (PointerScope _ = new PointerScope()) {
            network.parameters().forEach(p -> p.tensor().mutable_grad().reset());
            Tensor value;
            try (Autocast _ = Autocast.on(new Device("cpu"), Precision.BF16)) {
              value = loss.get();
            }
            network.backward(value);
          }
        };
    return new Opened(
        network.parameters(),
        pass,
        () -> {
          network.close();
          data.forEach(Tensor::releaseReference);
        });
  }
}
