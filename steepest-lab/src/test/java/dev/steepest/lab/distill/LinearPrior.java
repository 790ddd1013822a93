package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.eye;

import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.diffusion.TunablePrior;
import dev.steepest.lab.model.Site;
import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.denoise.Projection;
import dev.steepest.optim.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Finds the noise a·x_t + b, with a and b by prompt, in float64: small enough to be computed by
 * hand. Its weight is the identity on an image's rows, to which φ can add. Remembers how it was
 * asked.
 */
class LinearPrior implements TunablePrior {
  static final NoiseSchedule SCHEDULE = NoiseSchedule.linear(1000, 1e-4, .02);

  private final int size;
  private final Map<String, double[]> words;
  private final Site site = Site.root(1);
  private final Projection projection;

  /** The size of every batch that it was asked about, and whether the answer had a graph. */
  final List<Long> batches = new ArrayList<>();

  final List<Boolean> graphs = new ArrayList<>();

  /** Whether it was told that no more prompts come, and none came. */
  boolean understood;

  /**
   * @param words a and b of each prompt
   */
  LinearPrior(int size, Map<String, double[]> words) {
    this.size = size;
    this.words = words;
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      projection = Projection.plain(site, size, size);
      site.state().move(new Device("cpu"), ScalarType.Double);
      weight().copy_(eye(size));
      weight().requires_grad_(false);
    }
  }

  private Tensor weight() {
    return parameters().getFirst().tensor();
  }

  @Override
  public NoiseSchedule schedule() {
    return SCHEDULE;
  }

  @Override
  public long[] shape() {
    return new long[] {1, size, size};
  }

  @Override
  public void releaseText() {
    understood = true;
  }

  @Override
  public Tensor condition(String prompt) {
    understood = false;
    double[] ab = words.get(prompt);
    if (ab == null) {
      throw new IllegalArgumentException("The prompt '%s' is unknown.".formatted(prompt));
    }
    return Tensor.create(ab, 1, 2);
  }

  @Override
  public Tensor noise(Tensor x, Tensor t, Tensor conditions) {
    Tensor a = conditions.select(1, 0).view(-1, 1, 1, 1);
    Tensor b = conditions.select(1, 1).view(-1, 1, 1, 1);
    Tensor found = projection.apply(x).mul(a).add(b);
    batches.add(x.size(0));
    graphs.add(found.requires_grad());
    return found;
  }

  @Override
  public SequencedMap<String, Projection> projections() {
    var all = new LinkedHashMap<String, Projection>();
    all.put("rows", projection);
    return all;
  }

  @Override
  public List<Parameter> parameters() {
    return site.state().parameters();
  }

  @Override
  public List<Stage> stages(Tensor t, Tensor conditions) {
    return List.of(in -> List.of(noise(in.getFirst(), t, conditions)));
  }

  @Override
  public LinearPrior copy() {
    return new LinearPrior(size, words);
  }

  @Override
  public Tensor decode(Tensor x) {
    return x;
  }

  @Override
  public Tensor encode(Tensor images) {
    return images;
  }

  @Override
  public void close() {
    site.state().close();
  }
}
