package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.diffusion.Prior;
import dev.steepest.lab.diffusion.SmallPrior;
import dev.steepest.lab.distill.DistillationSettings;
import dev.steepest.lab.distill.Mode;
import dev.steepest.lab.distill.VariationalSettings;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.lab.stable.StableFolder;
import dev.steepest.lab.stable.StablePrior;
import dev.steepest.lab.weights.WeightFile;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The prior that settings name, ready to be asked, whatever device it is asked on. */
final class OpenPrior implements AutoCloseable {
  /** The name of the one quality of images of which none is told. */
  private static final List<String> ONE = List.of("plain");

  /**
   * Of each weight of a full copy, by count: 8 for two moments, and 8 for the weight and its
   * gradient, be they in float32 or in bfloat16 beside a float32 weight.
   */
  private static final long BYTES_TO_LEARN = 16;

  private final Prior prior;
  private final List<String> all;
  private final Consumer<Device> move;

  private OpenPrior(Prior prior, List<String> all, Consumer<Device> move) {
    this.prior = prior;
    this.all = all;
    this.move = move;
  }

  /**
   * Opens it.
   *
   * @param checksums gets what it was made from
   * @throws DataException if there is no such model, or something of it is missing
   */
  static OpenPrior of(
      ScoreSettings settings, TrainedNetworks trained, SortedMap<String, String> checksums) {
    return settings
        .folder()
        .map(folder -> ofOthers(folder, settings.precision(), checksums))
        .orElseGet(() -> ofOurs(settings.prior().orElseThrow(), trained, checksums));
  }

  private static OpenPrior ofOthers(
      Path folder, StablePrior.Precision precision, SortedMap<String, String> checksums) {
    StableFolder model = StableFolder.open(folder);
    model.weights().forEach((name, file) -> checksums.put(name, WeightFile.sha256(file)));
    StablePrior prior = StablePrior.of(model, new StablePrior.Options("cpu", precision));
    return new OpenPrior(prior, List.of(), prior::to);
  }

  private static OpenPrior ofOurs(
      TrainedNetworks.Wanted wanted, TrainedNetworks trained, SortedMap<String, String> checksums) {
    TrainedWeights weights = TrainedWeights.of(trained.trained(wanted));
    checksums.put("prior", weights.sha256());
    checksums.put("prior run", weights.run().spec().id());
    requireDenoiser(wanted, weights.network());
    return of(weights.run().spec(), weights.images(), weights::into);
  }

  /**
   * The prior that a run will train, as it begins: it understands the same words and makes images
   * of the same shape.
   *
   * @param folder of data sets
   */
  static OpenPrior untrained(RunSpec run, Path folder) {
    requireDenoiser(
        new TrainedNetworks.Wanted("data." + ScoreSettings.PRIOR, run.experiment(), 0),
        run.settings().text("model.name"));
    Map<String, Object> data = new TreeMap<>(run.settings().section("data").tree());
    data.remove(ScoreSettings.JUDGE); // nothing is drawn that it could judge
    try (ImageData images = ImageData.load(new Settings(data), folder, TrainedNetworks.NONE)) {
      TrainedOn shape = TrainedOn.of(new ImageDiffusion(run, images, Prefetch.OFF).about());
      return of(run, shape, network -> network);
    }
  }

  private static void requireDenoiser(TrainedNetworks.Wanted wanted, String network) {
    if (!Denoisers.isDenoiser(network)) {
      throw new DataException(
          "%s = %s is no diffusion model".formatted(wanted.key(), wanted.experiment()),
          List.of("model.name = %s does not find noise".formatted(network)),
          "Name an experiment that trains one of "
              + String.join(", ", Denoisers.all().stream().map(NetworkKind::name).toList())
              + ".");
    }
  }

  private static OpenPrior of(
      RunSpec run, TrainedOn images, UnaryOperator<DenoisingNetwork> weights) {
    List<String> qualities = images.qualities().isEmpty() ? ONE : images.qualities();
    Conditions conditions =
        new Conditions(images.channels(), images.size(), images.classes().size(), qualities.size());
    Settings model = run.settings().section("model");
    DenoisingNetwork network =
        weights.apply(DiffusionSettings.network(model, conditions, run.seed()));
    SmallPrior prior =
        new SmallPrior(network, DiffusionSettings.schedule(model), images.classes(), qualities);
    String quality = qualities.size() > 1 ? ", " + qualities.getFirst() : "";
    return new OpenPrior(
        prior,
        prior.classes().stream().map(name -> name + quality).toList(),
        device -> prior.network().to(device, ScalarType.Float));
  }

  /** A prompt for each class, in the first quality where there are several. */
  List<String> all() {
    return all;
  }

  /**
   * What it does not understand of a prompt, if anything: a prior with words of its own, nothing.
   */
  Optional<String> objection(String prompt) {
    if (!(prior instanceof SmallPrior)) {
      return Optional.empty();
    }
    try (PointerScope _ = new PointerScope()) {
      prior.condition(prompt);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Memory that it will take from now on, with what learns beside it; empty of one that is read.
   */
  Optional<Demand> demand(ScoreSettings settings) {
    if (!(prior instanceof StablePrior stable)) {
      return Optional.empty();
    }
    DistillationSettings wanted = settings.distillation();
    boolean copied =
        wanted.mode() == Mode.VSD && wanted.variational().form() == VariationalSettings.Form.FULL;
    List<String> waysOut = new ArrayList<>();
    if (copied) {
      waysOut.add("data.%s = lora".formatted(ScoreSettings.PHI));
    }
    if (settings.precision() == StablePrior.Precision.FLOAT32) {
      waysOut.add("data.%s = bf16".formatted(ScoreSettings.NUMBERS));
    }
    return Optional.of(
        new Demand(
            "data.%s = %s".formatted(ScoreSettings.FOLDER, stable.folder().path()),
            stable.bytesToRead() + (copied ? BYTES_TO_LEARN * stable.unetWeights() : 0),
            copied ? "weights and a full copy that learns" : "weights",
            waysOut));
  }

  /** Whether its images are of this shape. */
  boolean pictures(int channels, int size) {
    return Arrays.equals(prior.imageShape(), new long[] {channels, size, size});
  }

  /** The shape of its images, for messages. */
  String picture() {
    long[] shape = prior.imageShape();
    return "%d×%d×%d".formatted(shape[0], shape[1], shape[2]);
  }

  /** A picture as the prior has it, [1, C, H, W]; owned by the caller's scope. */
  Tensor begin(BeginningPicture picture) {
    long[] shape = prior.imageShape();
    return prior.encode(picture.read((int) shape[0], (int) shape[1]));
  }

  /** Whether a picture can be begun with; it is read, and nothing is done with it. */
  void requireBegin(BeginningPicture picture) {
    long[] shape = prior.imageShape();
    picture.read((int) shape[0], (int) shape[1]);
  }

  /** The same, on a device from now on. */
  Prior on(Device device) {
    move.accept(device);
    return prior;
  }

  @Override
  public void close() {
    prior.close();
  }
}
