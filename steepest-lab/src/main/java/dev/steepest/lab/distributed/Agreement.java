package dev.steepest.lab.distributed;

import dev.steepest.optim.Parameter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Checks that all members of a team hold the same parameters, to the last bit. */
public final class Agreement {
  private Agreement() {}

  /**
   * Compares checksums of the bits of every parameter.
   *
   * @param step said in the message
   * @throws PeerException in all members, naming the parameters and who holds what
   */
  public static void require(Team team, List<Parameter> parameters, long step) {
    if (team.size() == 1) {
      return;
    }
    ByteBuffer sums = ByteBuffer.allocate(Long.BYTES * parameters.size());
    parameters.forEach(parameter -> sums.putLong(checksum(parameter.tensor())));
    List<ByteBuffer> all = team.gather(sums.array()).stream().map(ByteBuffer::wrap).toList();
    List<String> differing = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      int at = Long.BYTES * i;
      long first = all.getFirst().getLong(at);
      List<Integer> others =
          IntStream.range(0, all.size())
              .filter(r -> all.get(r).getLong(at) != first)
              .boxed()
              .toList();
      if (!others.isEmpty()) {
        differing.add(
            parameters.get(i).name()
                + " (rank 0 against "
                + others.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + ")");
      }
    }
    if (!differing.isEmpty()) {
      throw new PeerException(
          "At step %d the processes do not have the same network any more; they differ in %s%s. Go back to a checkpoint; if it happens again, memory of one of the machines may be faulty."
              .formatted(
                  step,
                  differing.stream().limit(4).collect(Collectors.joining(", ")),
                  differing.size() > 4 ? " and " + (differing.size() - 4) + " more" : ""));
    }
  }

  /** The sum of the bits, read as whole numbers: any single change shows. */
  private static long checksum(Tensor tensor) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      ScalarType bits =
          switch ((int) tensor.element_size()) {
            case Long.BYTES -> ScalarType.Long;
            case Integer.BYTES -> ScalarType.Int;
            case Short.BYTES -> ScalarType.Short;
            default -> ScalarType.Byte;
          };
      return tensor.detach().view(bits).to(ScalarType.Long).sum().item_long();
    }
  }
}
