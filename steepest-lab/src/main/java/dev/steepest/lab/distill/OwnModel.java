package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.clear_cache;

import dev.steepest.lab.diffusion.TunablePrior;
import dev.steepest.lab.distill.VariationalSettings.Form;
import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.Initializer;
import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.denoise.LowRank;
import dev.steepest.lab.model.denoise.Projection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * φ, a diffusion model of the images as they are now. It begins as the prior, and learns from one
 * batch of noisy images at a time by the mean of ‖ε_φ(x_t; t, y) − ε‖².
 *
 * <p>Low-rank additions begin as diffusers' do: A from N(0, 1/rank²), B as 0, with the factor 1.
 * They stand on the prior's own layers, but only while φ is asked.
 *
 * <p>Legend: B images, C channels, H height, W width, c numbers of a condition.
 */
final class OwnModel implements AutoCloseable {
  private final TunablePrior model;
  private final VariationalSettings settings;
  private final Map<Projection, LowRank> additions = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> state = new LinkedHashMap<>();
  private final OwnAdam adam;

  /**
   * Begins as the prior.
   *
   * @param prior the caller's; must outlive this
   * @param seed of the low-rank additions
   * @throws IllegalArgumentException where additions are wanted to a prior that has no place for
   *     them
   */
  OwnModel(TunablePrior prior, VariationalSettings settings, long seed) {
    this.settings = settings;
    if (settings.form() == Form.FULL) {
      model = prior.copy();
      model.parameters().forEach(p -> weights.put(p.name(), p.tensor().requires_grad_(true)));
    } else {
      model = prior;
      add(prior, seed);
    }
    adam = new OwnAdam(weights, settings.lr());
    weights.forEach((name, tensor) -> state.put("phi/" + name, tensor));
    adam.state().forEach((name, tensor) -> state.put("phi/" + name, tensor));
  }

  private void add(TunablePrior prior, long seed) {
    Check.that(
        !prior.projections().isEmpty(),
        "phi = lora adds to the attention's projections, but this prior has none; take phi = full.");
    Tensor beside = prior.parameters().getFirst().tensor();
    Device device = beside.device();
    ScalarType type =
        ScalarType.Double.equals(beside.scalar_type().intern())
            ? ScalarType.Double
            : ScalarType.Float; // of a prior in half precision, too: learned in small steps
    int rank = settings.rank();
    try (PointerScope _ = new PointerScope()) {
      var init = new Initializer(seed);
      prior
          .projections()
          .forEach((name, projection) -> {
            Tensor down = init.normal(1.0 / rank, rank, projection.in());
            Tensor up = init.constant(0, projection.out(), rank);
            additions.put(
                projection,
                new LowRank(
                    learned(name + ".down", down.to(device, type)),
                    learned(name + ".up", up.to(device, type)),
                    1));
          });
    }
  }

  private Tensor learned(String name, Tensor weight) {
    weights.put(name, weight);
    return weight.set_requires_grad(true).retainReference();
  }

  /**
   * ε_φ, without a graph.
   *
   * @param xt [B, C, H, W]
   * @param t int64 [B]
   * @param conditions [B, c…]
   */
  Tensor noise(Tensor xt, Tensor t, Tensor conditions) {
    return adapted(() -> {
      try (AutoGradMode _ = new AutoGradMode(false)) {
        return model.noise(xt, t, conditions);
      }
    });
  }

  /**
   * Makes one step.
   *
   * @param noise ε of x_t, [B, C, H, W]
   */
  void learn(Tensor xt, Tensor t, Tensor noise, Tensor conditions) {
    gradients(xt, t, noise, conditions);
    adam.step();
  }

  /** Leaves the gradients of the loss in the weights; returns the loss. */
  Tensor gradients(Tensor xt, Tensor t, Tensor noise, Tensor conditions) {
    return gradients(xt, t, conditions, predicted -> predicted.sub(noise).square().mean());
  }

  /** The same for a loss of what is predicted. */
  Tensor gradients(Tensor xt, Tensor t, Tensor conditions, UnaryOperator<Tensor> loss) {
    return adapted(() ->
        Block.apply(
            xt,
            x -> {
              try (AutoGradMode _ = new AutoGradMode(true)) {
                clear_cache(); // of autocast: weights that were cast without a graph
                if (settings.recompute()) {
                  return Stage.backward(model.stages(t, conditions), x, loss);
                }
                Tensor value = loss.apply(model.noise(x, t, conditions));
                value.backward();
                return value.detach();
              } finally {
                clear_cache();
              }
            }));
  }

  private Tensor adapted(Supplier<Tensor> asked) {
    additions.forEach(Projection::setAdapter);
    try {
      return asked.get();
    } finally {
      additions.keySet().forEach(Projection::clearAdapter);
    }
  }

  /** What is learned, by name; leaves. */
  SequencedMap<String, Tensor> weights() {
    return weights;
  }

  /** Weights, moments and the number of steps, by name. */
  SequencedMap<String, Tensor> state() {
    return state;
  }

  @Override
  public void close() {
    adam.close();
    if (settings.form() == Form.FULL) {
      model.close();
    } else {
      weights.values().forEach(Tensor::releaseReference);
    }
  }
}
