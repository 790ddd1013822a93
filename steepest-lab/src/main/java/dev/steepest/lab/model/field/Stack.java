package dev.steepest.lab.model.field;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.lab.model.Initializer;
import dev.steepest.lab.model.Site;
import dev.steepest.optim.Role;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Where the parameters of several images are registered: what is one parameter of a network is here
 * a stack of one block of rows for each image, so that rules for matrices treat each image's matrix
 * by itself.
 *
 * <p>The initial values of image i are a function of the seed and i alone: they do not change with
 * the number of images.
 *
 * <p>Legend: N images, B of them drawn, R rows, I columns.
 */
final class Stack {
  private final Site site;
  private final List<Initializer> images;

  Stack(Site site, Canvas canvas, long seed) {
    this(
        site,
        IntStream.range(0, canvas.images())
            .mapToObj(i -> new Initializer(Seeds.derive(seed, "image " + i)))
            .toList());
  }

  private Stack(Site site, List<Initializer> images) {
    this.site = site;
    this.images = images;
  }

  /** The stack of a part of the images' networks. */
  Stack at(Object child) {
    return new Stack(site.at(child), images);
  }

  /**
   * Registers a parameter.
   *
   * @param initial draws the values of one image, [R, I]
   * @return [N·R, I]
   */
  Tensor parameter(String name, Role role, Function<Initializer, Tensor> initial) {
    Tensor[] blocks = images.stream().map(initial).toArray(Tensor[]::new);
    return site.blocks(name, role, images.size(), cat(new TensorVector(blocks), 0));
  }

  /**
   * The parts of some images.
   *
   * @param parameter [N·R, I]
   * @param which int64 [B]
   * @return [B, R, I]; a gradient that reaches it goes to the rows of these images alone
   */
  Tensor select(Tensor parameter, Tensor which) {
    int count = images.size();
    return parameter
        .view(count, parameter.size(0) / count, parameter.size(1))
        .index_select(0, which);
  }
}
