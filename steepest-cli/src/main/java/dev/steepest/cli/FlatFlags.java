package dev.steepest.cli;

import dev.steepest.study.experiment.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The flags of a training script that reads a flat configuration (seed 5's {@code main.py}); each
 * overrides the word of its name.
 */
final class FlatFlags {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A file of such words; configs/ has four.")
  private Optional<String> config = Optional.empty();

  @Option(names = "--dataset", paramLabel = "NAME", description = "cifar10, cifar100, mnist …")
  private Optional<String> dataset = Optional.empty();

  @Option(
      names = "--model_name",
      paramLabel = "NAME",
      description = "timm's resnet18, resnet50, resnest14d, resnest26d; mlp …")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--pretrained",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "FILE",
      description = "Begin with weights from a file, or with those of the network's name.")
  private Optional<String> pretrained = Optional.empty();

  @Option(names = "--num_classes", paramLabel = "N", description = "Checked against the data set.")
  private Optional<String> classes = Optional.empty();

  @Option(names = "--image_size", paramLabel = "N", description = "Side of images in pixels.")
  private Optional<String> imageSize = Optional.empty();

  @Option(names = "--num_workers", paramLabel = "N", description = "Without meaning here.")
  private Optional<String> workers = Optional.empty();

  @Option(names = "--num_epochs", paramLabel = "N", description = "Passes over the data.")
  private Optional<String> epochs = Optional.empty();

  @Option(
      names = "--bs_schedule",
      paramLabel = "MAP",
      description = "Batch sizes by epoch, e.g. '{15: 256, 30: 512}'.")
  private Optional<String> batchSchedule = Optional.empty();

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description = "steplr, plateau, or any of ours.")
  private Optional<String> scheduler = Optional.empty();

  @Option(names = "--step_size", paramLabel = "N", description = "Epochs between falls of steplr.")
  private Optional<String> stepSize = Optional.empty();

  @Option(names = "--gamma", paramLabel = "X", description = "Factor of each fall of steplr.")
  private Optional<String> gamma = Optional.empty();

  @Option(names = "--patience", paramLabel = "N", description = "Epochs that plateau bears.")
  private Optional<String> patience = Optional.empty();

  @Option(names = "--factor", paramLabel = "X", description = "Factor of each fall of plateau.")
  private Optional<String> factor = Optional.empty();

  @Option(
      names = "--early_stopping_patience",
      paramLabel = "N",
      description = "Epochs without a better validation loss before training ends.")
  private Optional<String> earlyStopping = Optional.empty();

  @Option(names = "--rho", paramLabel = "X", description = "Radius of SAM.")
  private Optional<String> rho = Optional.empty();

  @Option(
      names = "--adaptive",
      arity = "0..1",
      fallbackValue = "true",
      description = "Adaptive SAM.")
  private Optional<String> adaptive = Optional.empty();

  @Option(names = "--mixup", paramLabel = "X", description = "α of mixup.")
  private Optional<String> mixup = Optional.empty();

  @Option(names = "--cutmix", paramLabel = "X", description = "α of CutMix.")
  private Optional<String> cutmix = Optional.empty();

  @Option(names = "--label_smoothing", paramLabel = "X", description = "0 up to below 1.")
  private Optional<String> smoothing = Optional.empty();

  @Option(
      names = "--use_amp",
      arity = "0..1",
      fallbackValue = "true",
      description = "bf16 autocast; without it fp32.")
  private Optional<String> amp = Optional.empty();

  @Option(
      names = "--use_wandb",
      arity = "0..1",
      fallbackValue = "true",
      description = "The same as --track wandb.")
  private Optional<String> wandb = Optional.empty();

  @Option(
      names = "--log_dir",
      paramLabel = "DIR",
      description = "Asks for TensorBoard files, as --track tensorboard.")
  private Optional<String> logDir = Optional.empty();

  /** The configuration file. */
  Optional<String> config() {
    return config;
  }

  /** Whether any of them was given. */
  boolean given() {
    return config.isPresent() || !words().isEmpty();
  }

  /** Whether a run is described in these words. */
  boolean describesRun() {
    return config.isPresent() || dataset.isPresent() || model.isPresent();
  }

  /** The words that were given, without the file's. */
  List<Setting> words() {
    List<Setting> words = new ArrayList<>();
    add(words, "dataset", dataset);
    add(words, "model_name", model);
    add(words, "pretrained", pretrained);
    add(words, "num_classes", classes);
    add(words, "image_size", imageSize);
    add(words, "num_workers", workers);
    add(words, "num_epochs", epochs);
    add(words, "bs_schedule", batchSchedule);
    add(words, "scheduler", scheduler);
    add(words, "step_size", stepSize);
    add(words, "gamma", gamma);
    add(words, "patience", patience);
    add(words, "factor", factor);
    add(words, "early_stopping_patience", earlyStopping);
    add(words, "rho", rho);
    add(words, "adaptive", adaptive);
    add(words, "mixup", mixup);
    add(words, "cutmix", cutmix);
    add(words, "label_smoothing", smoothing);
    add(words, "use_amp", amp);
    add(words, "use_wandb", wandb);
    add(words, "log_dir", logDir);
    return words;
  }

  /** A word as its flag gives it, if it does. */
  static void add(List<Setting> words, String word, Optional<String> value) {
    value.ifPresent(v -> words.add(new Setting(word, v, "--" + word + " " + v)));
  }
}
