package dev.steepest.lab.diffusion;

import static org.bytedeco.pytorch.global.torch.make_generator_cpu;

import dev.steepest.lab.model.Block;
import dev.steepest.tensor.Seeds;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Where the noise of a sampler comes from: standard normal numbers, new ones at every call. */
@FunctionalInterface
public interface NoiseSource {

  /** Noise in the shape, type and place of a tensor, owned by the caller's scope. */
  Tensor like(Tensor x);

  /**
   * Numbers that follow from a seed and how often it was asked, the same on every device: they are
   * drawn on the CPU in float32.
   */
  static NoiseSource of(long seed) {
    AtomicLong calls = new AtomicLong();
    return x ->
        Block.apply(x, like -> draw(like, Seeds.derive(seed, "noise " + calls.getAndIncrement())));
  }

  private static Tensor draw(Tensor like, long seed) {
    GeneratorOptional generator = new GeneratorOptional(make_generator_cpu(seed));
    return torch.empty(like.sizes()).normal_(0, 1, generator).to(like.device(), like.scalar_type());
  }
}
