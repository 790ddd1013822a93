package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * What is handed from block to block.
 *
 * @param x the map, [N, C, H, W]
 * @param time features of the time step, [N, E]
 * @param maps of the way down that the way up has not seen yet
 */
record UnetPass(Tensor x, Tensor time, List<Tensor> maps) {

  /** Behind the first convolution, whose map is kept. */
  static UnetPass begin(Tensor x, Tensor time) {
    return new UnetPass(x, time, List.of(x));
  }

  static Stage stage(UnaryOperator<UnetPass> body) {
    return in ->
        body.apply(new UnetPass(in.get(0), in.get(1), List.copyOf(in.subList(2, in.size()))))
            .list();
  }

  UnetPass at(Tensor next) {
    return new UnetPass(next, time, maps);
  }

  /** The map is also kept for the way up. */
  UnetPass kept() {
    List<Tensor> more = new ArrayList<>(maps);
    more.add(x);
    return new UnetPass(x, time, more);
  }

  /** The map that was kept last. */
  Tensor last() {
    return maps.getLast();
  }

  /** The map that was kept last is kept no more. */
  UnetPass taken() {
    return new UnetPass(x, time, maps.subList(0, maps.size() - 1));
  }

  List<Tensor> list() {
    List<Tensor> list = new ArrayList<>(List.of(x, time));
    list.addAll(maps);
    return list;
  }
}
