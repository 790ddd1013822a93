package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.lab.model.denoise.Projection;
import dev.steepest.optim.Parameter;
import dev.steepest.study.file.Problems;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network of this laboratory as a prior: its images are pixels, its prompts are labels, {@code
 * CLASS, QUALITY} with either left out: {@code star, clean}, {@code star}, {@code , degraded}, or
 * nothing. A condition is int64 [1, 2], class and quality.
 *
 * <p>The network is evaluated and frozen from now on, and closed with the prior.
 */
public final class SmallPrior implements TunablePrior {
  private final DenoisingNetwork network;
  private final NoiseSchedule schedule;
  private final List<String> classes;
  private final List<String> qualities;

  /**
   * A prior.
   *
   * @param network trained; the prior's from now on
   * @param schedule of its training
   * @param classes their names, as many as the network was told of
   * @param qualities their names, as many as the network was told of
   * @throws IllegalArgumentException when there are more or fewer names
   */
  public SmallPrior(
      DenoisingNetwork network,
      NoiseSchedule schedule,
      List<String> classes,
      List<String> qualities) {
    Conditions conditions = network.conditions();
    if (classes.size() != conditions.classes() || qualities.size() != conditions.qualities()) {
      throw new IllegalArgumentException(
          "The network was told of %d classes and %d qualities, but there are names for %d and %d."
              .formatted(
                  conditions.classes(), conditions.qualities(), classes.size(), qualities.size()));
    }
    this.network = network;
    this.schedule = schedule;
    this.classes = List.copyOf(classes);
    this.qualities = List.copyOf(qualities);
    network.eval();
    network.setTrained(_ -> false);
  }

  /** The network that is asked. */
  public DenoisingNetwork network() {
    return network;
  }

  public List<String> classes() {
    return classes;
  }

  public List<String> qualities() {
    return qualities;
  }

  @Override
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public long[] shape() {
    Conditions conditions = network.conditions();
    return new long[] {conditions.channels(), conditions.size(), conditions.size()};
  }

  @Override
  public Tensor condition(String prompt) {
    String[] words = prompt.split(",", -1);
    if (words.length > 2) {
      throw new IllegalArgumentException(
          "The prompt '%s' has %d parts; it is 'CLASS, QUALITY', either of which may be left out."
              .formatted(prompt, words.length));
    }
    Conditions conditions = network.conditions();
    long told = index("class", words[0], classes, conditions.noClass());
    long quality =
        words.length < 2
            ? conditions.noQuality()
            : index("quality", words[1], qualities, conditions.noQuality());
    return Tensor.create(new long[] {told, quality}, 1, 2).to(device(), ScalarType.Long);
  }

  private static int index(String kind, String given, List<String> known, int none) {
    String word = given.strip();
    if (word.isEmpty()) {
      return none;
    }
    int index = known.indexOf(word);
    if (index < 0) {
      throw new IllegalArgumentException(
          "The prompt: " + Problems.unknown(kind, word, known) + ".");
    }
    return index;
  }

  private Device device() {
    return network.parameters().getFirst().tensor().device();
  }

  @Override
  public Tensor noise(Tensor x, Tensor t, Tensor conditions) {
    return network.noise(x, t, conditions);
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
  public SequencedMap<String, Projection> projections() {
    return network.projections();
  }

  @Override
  public List<Parameter> parameters() {
    return network.parameters();
  }

  @Override
  public List<Stage> stages(Tensor t, Tensor conditions) {
    return network.stages(t, conditions);
  }

  @Override
  public SmallPrior copy() {
    DenoisingNetwork other = network.another();
    Tensor first = network.parameters().getFirst().tensor();
    other.to(first.device(), first.scalar_type());
    other.load(network.state());
    return new SmallPrior(other, schedule, classes, qualities);
  }

  @Override
  public void close() {
    network.close();
  }
}
