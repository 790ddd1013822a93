package dev.steepest.lab.distributed;

import dev.steepest.optim.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Spreads the new values of dealt parameters from their owners to everybody. */
final class ParameterSpread {
  /** Assumed: from here on a tensor's journey costs more than its start, 0.1 ms. */
  private static final long LARGE = 1 << 20;

  private final Team team;
  private final List<Parcel> parcels = new ArrayList<>();

  /** What travels at once from one owner: one large parameter, or small ones of one type. */
  private record Parcel(int owner, List<Tensor> values) {}

  /** Whose small parameters of which type. */
  private record Kind(int owner, String type) {}

  ParameterSpread(Team team, List<Parameter> parameters, Map<String, Integer> owners) {
    this.team = team;
    Map<Kind, List<Tensor>> small = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      Tensor value = parameter.tensor();
      int owner = owners.get(parameter.name());
      if (value.nbytes() >= LARGE) {
        parcels.add(new Parcel(owner, List.of(value)));
      } else {
        String type = value.scalar_type().intern().name();
        small.computeIfAbsent(new Kind(owner, type), _ -> new ArrayList<>()).add(value);
      }
    }
    small.forEach((kind, values) -> parcels.add(new Parcel(kind.owner(), List.copyOf(values))));
  }

  /** Everybody calls it after the owners have changed their parameters. */
  void run() {
    List<Travel> travels = new ArrayList<>();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      List<Tensor> packed = new ArrayList<>();
      for (Parcel parcel : parcels) {
        Tensor pack = pack(parcel.values());
        packed.add(pack);
        travels.add(team.startSpread(pack, parcel.owner()));
      }
      travels.forEach(Travel::await);
      for (int i = 0; i < packed.size(); i++) {
        if (parcels.get(i).owner() != team.rank()) {
          unpack(packed.get(i), parcels.get(i).values());
        }
      }
    } finally {
      travels.forEach(Travel::close);
    }
  }

  /** One value itself; several end to end in the order of their memory. */
  private static Tensor pack(List<Tensor> values) {
    return values.size() == 1
        ? values.getFirst().detach()
        : torch.cat(
            new TensorVector(values.stream().map(ParameterSpread::flat).toArray(Tensor[]::new)));
  }

  private static void unpack(Tensor pack, List<Tensor> values) {
    if (values.size() == 1) {
      return; // it arrived where it belongs
    }
    long from = 0;
    for (Tensor value : values) {
      flat(value).copy_(pack.narrow(0, from, value.numel()));
      from += value.numel();
    }
  }

  /** A view of dense memory, whatever the order of its dimensions. */
  private static Tensor flat(Tensor value) {
    return value.detach().as_strided(new long[] {value.numel()}, new long[] {1});
  }
}
