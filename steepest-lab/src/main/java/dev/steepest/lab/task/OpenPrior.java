package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.diffusion.Prior;
import dev.steepest.lab.diffusion.SmallPrior;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.plan.Settings;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The prior that settings name, ready to be asked, whatever device it is asked on. */
final class OpenPrior implements AutoCloseable {
  /** The name of the one quality of images of which none is told. */
  private static final List<String> ONE = List.of("plain");

  private final SmallPrior prior;

  private OpenPrior(SmallPrior prior) {
    this.prior = prior;
  }

  /**
   * Opens it.
   *
   * @param checksums gets what it was made from
   * @throws DataException if there is no such model
   */
  static OpenPrior of(
      ScoreSettings settings, TrainedNetworks trained, SortedMap<String, String> checksums) {
    TrainedNetworks.Wanted wanted = settings.prior().orElseThrow();
    TrainedWeights weights = TrainedWeights.of(trained.trained(wanted));
    checksums.put("prior", weights.sha256());
    checksums.put("prior run", weights.run().spec().id());
    return new OpenPrior(small(weights, wanted));
  }

  private static SmallPrior small(TrainedWeights weights, TrainedNetworks.Wanted wanted) {
    if (!Denoisers.isDenoiser(weights.network())) {
      throw new DataException(
          "%s = %s is no diffusion model".formatted(wanted.key(), wanted.experiment()),
          List.of("model.name = %s does not find noise".formatted(weights.network())),
          "Name an experiment that trains one of "
              + String.join(", ", Denoisers.all().stream().map(NetworkKind::name).toList())
              + ".");
    }
    TrainedOn images = weights.images();
    List<String> qualities = images.qualities().isEmpty() ? ONE : images.qualities();
    Conditions conditions =
        new Conditions(
            images.channels(), images.size(), images.classes().size(), qualities.size());
    Settings model = weights.run().spec().settings().section("model");
    DenoisingNetwork network =
        DiffusionSettings.network(model, conditions, weights.run().spec().seed());
    return new SmallPrior(
        weights.into(network), DiffusionSettings.schedule(model), images.classes(), qualities);
  }

  /** A prompt for each class, in the first quality where there are several. */
  List<String> all() {
    String quality = prior.qualities().size() > 1 ? ", " + prior.qualities().getFirst() : "";
    return prior.classes().stream().map(name -> name + quality).toList();
  }

  /** What it does not understand of a prompt, if anything. */
  Optional<String> objection(String prompt) {
    try (PointerScope _ = new PointerScope()) {
      prior.condition(prompt);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Whether its images are of this shape. */
  boolean pictures(int channels, int size) {
    long[] shape = prior.shape();
    return shape[0] == channels && shape[1] == size && shape[2] == size;
  }

  /** The shape of its images, for messages. */
  String picture() {
    long[] shape = prior.shape();
    return "%d×%d×%d".formatted(shape[0], shape[1], shape[2]);
  }

  /** A picture as the prior has it, [1, C, H, W]; owned by the caller's scope. */
  Tensor begin(BeginningPicture picture) {
    long[] shape = prior.shape();
    return prior.encode(picture.read((int) shape[0], (int) shape[1]));
  }

  /** The same, on a device from now on. */
  Prior on(Device device) {
    prior.network().to(device, ScalarType.Float);
    return prior;
  }

  @Override
  public void close() {
    prior.close();
  }
}
