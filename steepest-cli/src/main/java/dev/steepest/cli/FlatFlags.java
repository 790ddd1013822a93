package dev.steepest.cli;

import dev.steepest.study.experiment.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * The flags of a training script that reads a flat configuration (seed 5's {@code main.py}); each
 * overrides the word of its name.
 */
final class FlatFlags {
  /** Words that name what is trained, or what on. */
  private static final Set<String> NAMING = Set.of("dataset", "model_name");

  private final List<Setting> words = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A file of such words; configs/ has four.")
  private Optional<String> config = Optional.empty();

  @Option(names = "--dataset", paramLabel = "NAME", description = "cifar10, cifar100, mnist …")
  void dataset(String value) {
    take("dataset", value);
  }

  @Option(
      names = "--model_name",
      paramLabel = "NAME",
      description = "timm's resnet18, resnet50, resnest14d, resnest26d; mlp …")
  void model(String value) {
    take("model_name", value);
  }

  @Option(
      names = "--pretrained",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "FILE",
      description = "Begin with weights from a file, or with those of the network's name.")
  void pretrained(String value) {
    take("pretrained", value);
  }

  @Option(names = "--num_classes", paramLabel = "N", description = "Checked against the data set.")
  void classes(String value) {
    take("num_classes", value);
  }

  @Option(names = "--image_size", paramLabel = "N", description = "Side of images in pixels.")
  void imageSize(String value) {
    take("image_size", value);
  }

  @Option(names = "--num_workers", paramLabel = "N", description = "Without meaning here.")
  void workers(String value) {
    take("num_workers", value);
  }

  @Option(names = "--num_epochs", paramLabel = "N", description = "Passes over the data.")
  void epochs(String value) {
    take("num_epochs", value);
  }

  @Option(
      names = "--bs_schedule",
      paramLabel = "MAP",
      description = "Batch sizes by epoch, e.g. '{15: 256, 30: 512}'.")
  void batchSchedule(String value) {
    take("bs_schedule", value);
  }

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description = "steplr, plateau, or any of ours.")
  void scheduler(String value) {
    take("scheduler", value);
  }

  @Option(names = "--step_size", paramLabel = "N", description = "Epochs between falls of steplr.")
  void stepSize(String value) {
    take("step_size", value);
  }

  @Option(names = "--gamma", paramLabel = "X", description = "Factor of each fall of steplr.")
  void gamma(String value) {
    take("gamma", value);
  }

  @Option(names = "--patience", paramLabel = "N", description = "Epochs that plateau bears.")
  void patience(String value) {
    take("patience", value);
  }

  @Option(names = "--factor", paramLabel = "X", description = "Factor of each fall of plateau.")
  void factor(String value) {
    take("factor", value);
  }

  @Option(
      names = "--early_stopping_patience",
      paramLabel = "N",
      description = "Epochs without a better validation loss before training ends.")
  void earlyStopping(String value) {
    take("early_stopping_patience", value);
  }

  @Option(names = "--rho", paramLabel = "X", description = "Radius of SAM.")
  void rho(String value) {
    take("rho", value);
  }

  @Option(
      names = "--adaptive",
      arity = "0..1",
      fallbackValue = "true",
      description = "Adaptive SAM.")
  void adaptive(String value) {
    take("adaptive", value);
  }

  @Option(names = "--mixup", paramLabel = "X", description = "α of mixup.")
  void mixup(String value) {
    take("mixup", value);
  }

  @Option(names = "--cutmix", paramLabel = "X", description = "α of CutMix.")
  void cutmix(String value) {
    take("cutmix", value);
  }

  @Option(names = "--label_smoothing", paramLabel = "X", description = "0 up to below 1.")
  void smoothing(String value) {
    take("label_smoothing", value);
  }

  @Option(
      names = "--use_amp",
      arity = "0..1",
      fallbackValue = "true",
      description = "bf16 autocast; without it fp32.")
  void amp(String value) {
    take("use_amp", value);
  }

  @Option(
      names = "--use_wandb",
      arity = "0..1",
      fallbackValue = "true",
      description = "The same as --track wandb.")
  void wandb(String value) {
    take("use_wandb", value);
  }

  @Option(
      names = "--log_dir",
      paramLabel = "DIR",
      description = "Asks for TensorBoard files, as --track tensorboard.")
  void logDir(String value) {
    take("log_dir", value);
  }

  /** The configuration file. */
  Optional<String> config() {
    return config;
  }

  /** Whether any of them was given. */
  boolean given() {
    return config.isPresent() || !words.isEmpty();
  }

  /** Whether a run is described in these words. */
  boolean describesRun() {
    return config.isPresent() || words.stream().anyMatch(word -> NAMING.contains(word.key()));
  }

  /** The words that were given, without the file's. */
  List<Setting> words() {
    return List.copyOf(words);
  }

  private void take(String word, String value) {
    words.add(new Setting(word, value, "--" + word + " " + value));
  }

  /** A word as its flag gives it, if it does. */
  static void add(List<Setting> words, String word, Optional<String> value) {
    value.ifPresent(v -> words.add(new Setting(word, v, "--" + word + " " + v)));
  }
}
