package dev.steepest.lab.distributed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Named tensors that are sent to other members, who need not know of them beforehand. */
final class TensorParcel {
  private TensorParcel() {}

  /** What is said of a tensor before it comes. */
  private record Label(String name, ScalarType type, boolean onGpu, long[] shape) {
    static Label of(String name, Tensor tensor) {
      long[] shape = LongStream.range(0, tensor.dim()).map(tensor::size).toArray();
      return new Label(name, tensor.scalar_type().intern(), tensor.is_cuda(), shape);
    }

    String text() {
      return type
          + " "
          + onGpu
          + " "
          + String.join("x", Arrays.stream(shape).mapToObj(Long::toString).toList())
          + " "
          + name;
    }

    static Label parse(String line) {
      String[] parts = line.split(" ", 4);
      long[] shape =
          Arrays.stream(parts[2].split("x"))
              .filter(part -> !part.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      return new Label(
          parts[3], ScalarType.valueOf(parts[0]), Boolean.parseBoolean(parts[1]), shape);
    }

    /** Memory for it, on the GPU of this process where it is on one. */
    Tensor room(World world) {
      Device device = new Device(onGpu ? world.gpu(torch.cuda_device_count()) : "cpu");
      return torch.zeros(shape, new TensorOptions(type).device(new DeviceOptional(device)));
    }
  }

  /**
   * Brings the others' tensors to rank 0.
   *
   * @return in rank 0 what the others sent, owned by the caller's scope; else nothing
   */
  static Map<String, Tensor> toLeader(Team team, Map<String, Tensor> own) {
    List<byte[]> said = team.gather(labels(own));
    Map<String, Tensor> come = new LinkedHashMap<>();
    if (!team.leads()) {
      own.values().forEach(tensor -> team.send(tensor.contiguous(), 0));
      return come;
    }
    for (int from = 1; from < said.size(); from++) {
      for (Label label : parse(said.get(from))) {
        Tensor tensor = label.room(team.world());
        team.receive(tensor, from);
        come.put(label.name(), tensor);
      }
    }
    return come;
  }

  /**
   * Gives rank 0's tensors to everybody.
   *
   * @param says asked in rank 0 only
   * @param keep names of tensors that are wanted here
   * @return owned by the caller's scope
   */
  static Map<String, Tensor> fromLeader(
      Team team, Supplier<Map<String, Tensor>> says, Predicate<String> keep) {
    Map<String, Tensor> given = team.leads() ? says.get() : Map.of();
    Map<String, Tensor> come = new LinkedHashMap<>();
    for (Label label : parse(team.fromLeader(() -> labels(given)))) {
      try (PointerScope _ = new PointerScope();
          AutoGradMode _ = new AutoGradMode(false)) {
        Tensor tensor =
            team.leads() ? given.get(label.name()).contiguous() : label.room(team.world());
        team.spread(tensor, 0);
        if (keep.test(label.name())) {
          come.put(label.name(), team.leads() ? given.get(label.name()) : tensor.retainReference());
        }
      }
    }
    come.values().forEach(tensor -> PointerScope.getInnerScope().attach(tensor));
    return come;
  }

  private static byte[] labels(Map<String, Tensor> tensors) {
    List<String> lines = new ArrayList<>();
    tensors.forEach((name, tensor) -> lines.add(Label.of(name, tensor).text()));
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  private static List<Label> parse(byte[] text) {
    return new String(text, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isEmpty())
        .map(Label::parse)
        .toList();
  }
}
