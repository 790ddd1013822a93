package dev.steepest.lab.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.catalog.FlatConfiguration.Meaning;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.file.ProblemsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlatConfigurationTest {
  private static final String FILE = "config.yaml";

  /** As the published pipeline's file for CIFAR-10 has it, word by word. */
  private static final String PUBLISHED =
      """
      dataset: cifar10
      data_root: ./data

      # a comment
      model_name: mlp
      pretrained: False
      num_classes: 10
      image_size: 32
      num_workers: 4
      batch_size: 128
      num_epochs: 2
      optimizer: adamw
      lr: 0.001
      weight_decay: 0.0005
      momentum: 0.9
      scheduler: steplr
      step_size: 10
      gamma: 0.1
      patience: 5
      factor: 0.1
      log_dir: ./runs/cifar10
      use_wandb: false
      use_amp: False
      """;

  @Test
  void understandsThePublishedFile() {
    Meaning meaning = meaning(PUBLISHED);
    Map<String, Map<String, Object>> settings = settings(meaning);
    assertThat(settings.get("data"))
        .containsEntry("name", "cifar10")
        .containsEntry("size", 32L)
        .containsEntry("classes", 10L);
    assertThat(settings.get("model")).containsEntry("name", "mlp");
    assertThat(settings.get("optimizer"))
        .containsEntry("name", "adamw")
        .containsEntry("lr", 0.001)
        .containsEntry("weight_decay", 0.0005)
        .doesNotContainKey("momentum");
    assertThat(settings.get("schedule"))
        .containsEntry("name", "steplr")
        .containsEntry("every_epochs", 10.0)
        .containsEntry("gamma", 0.1);
    assertThat(settings.get("training"))
        .containsEntry("batch", 128L)
        .containsEntry("epochs", 2.0)
        .containsEntry("precision", "fp32");
    assertThat(settings.get("augmentation"))
        .containsEntry("flip", "random")
        .containsEntry("crop", 4L);
    assertThat(meaning.data()).contains("./data");
    assertThat(meaning.trackers()).containsExactly("tensorboard");
    assertThat(meaning.notes())
        .containsExactly(
            "num_workers: without meaning, as sets lie in memory",
            "momentum: without meaning for adamw",
            "patience: without meaning for the schedule steplr",
            "factor: without meaning for the schedule steplr");
  }

  @Test
  void laterWordsWinByWhateverNameTheyAreCalled() {
    Meaning meaning = FlatConfiguration.of(with(PUBLISHED, "epochs", "7", "learning_rate", "0.5"));
    assertThat(settings(meaning).get("training")).containsEntry("epochs", 7.0);
    assertThat(settings(meaning).get("optimizer")).containsEntry("lr", 0.5);
  }

  @Test
  void samIsSgdWithANeighbourhood() {
    Meaning meaning =
        FlatConfiguration.of(with(PUBLISHED, "optimizer", "sam", "rho", "0.1", "adaptive", "true"));
    assertThat(settings(meaning).get("optimizer"))
        .containsEntry("name", "sgd")
        .containsEntry("momentum", 0.9)
        .containsEntry("nesterov", false)
        .containsEntry("sam", Map.of("rho", 0.1, "adaptive", true));
  }

  @Test
  void networksForSmallImagesGetTheStemForThem() {
    assertThat(
            settings(FlatConfiguration.of(with(PUBLISHED, "model_name", "resnet18"))).get("model"))
        .containsEntry("name", "timm-resnet18")
        .containsEntry("stem", "cifar");
    assertThat(
            settings(
                    FlatConfiguration.of(
                        with(PUBLISHED, "model_name", "resnet50", "image_size", "64")))
                .get("model"))
        .containsEntry("name", "timm-resnet50")
        .containsEntry("stem", "imagenet");
  }

  @Test
  void pretrainedWeightsAreThoseOfTheNameAndSeeImagesAsTheyWereTrained() {
    Meaning meaning =
        FlatConfiguration.of(with(PUBLISHED, "model_name", "resnet50", "pretrained", "true"));
    assertThat(settings(meaning).get("model")).containsEntry("pretrained", "timm-resnet50");
    assertThat(settings(meaning).get("data")).containsEntry("normalization", "imagenet");
    Meaning own =
        FlatConfiguration.of(
            with(PUBLISHED + "data.normalization: standard\n", "pretrained", "w.pth"));
    assertThat(settings(own).get("model")).containsEntry("pretrained", "w.pth");
    assertThat(settings(own).get("data")).containsEntry("normalization", "standard");
  }

  @Test
  void batchSchedulesAreReadAsMaps() {
    Meaning meaning =
        meaning(
            PUBLISHED.replace("num_epochs: 2", "num_epochs: 40")
                + "bs_schedule: {15: 256, 30: 512}\n");
    assertThat(settings(meaning).get("training"))
        .containsEntry("batch_schedule", "0:128 15:256 30:512");
  }

  @Test
  void plateauIsCalledAsInTorchToo() {
    Meaning meaning = FlatConfiguration.of(with(PUBLISHED, "scheduler", "reducelronplateau"));
    assertThat(settings(meaning).get("schedule"))
        .containsEntry("name", "plateau")
        .containsEntry("patience", 5L)
        .containsEntry("factor", 0.1);
  }

  @Test
  void whatIsSaidLaterWinsWhetherWordOrSetting() {
    Meaning meaning = meaning(PUBLISHED + "training.batch: 32\nevaluation: {every: 2}\n");
    assertThat(settings(meaning).get("training")).containsEntry("batch", 32L);
    assertThat(settings(meaning).get("evaluation")).containsEntry("every", 2L);
    Meaning word =
        FlatConfiguration.of(with(PUBLISHED + "training.batch: 32\n", "batch_size", "64"));
    assertThat(settings(word).get("training")).containsEntry("batch", 64L);
  }

  @Test
  void photographsHaveASizeOfTheirOwn() {
    Meaning meaning =
        FlatConfiguration.of(
            List.of(
                new Setting("dataset", "oxfordiiitpet", "x"),
                new Setting("model_name", "resnet50", "x"),
                new Setting("optimizer", "adamw", "x")));
    assertThat(settings(meaning).get("data")).containsEntry("name", "pets");
    assertThat(settings(meaning).get("model")).containsEntry("stem", "imagenet");
    assertThat(settings(meaning).get("augmentation")).containsEntry("crop", 28L);
  }

  @ParameterizedTest
  @CsvSource({
    "batchsize, did you mean 'batch_size'",
    "leraning_rate, did you mean 'learning_rate'",
    "zzz, known:"
  })
  void namesUnknownWordsWithTheirLine(String word, String hint) {
    assertThatThrownBy(() -> meaning(PUBLISHED + word + ": 3\n"))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining("config.yaml:24: " + word + ": there is no word '" + word + "'")
        .hasMessageContaining(hint);
  }

  @Test
  void aWrongValueIsNamedWithItsLineAndWord() {
    assertThatThrownBy(() -> settings(FlatConfiguration.of(with(PUBLISHED, "lr", "-1"))))
        .hasMessageContaining("--lr: optimizer.lr = -1.0 is out of range");
    assertThatThrownBy(() -> settings(meaning(PUBLISHED.replace("128", "many"))))
        .hasMessageContaining(
            "config.yaml:10: batch_size: training.batch = 'many' is not a whole number");
  }

  private static Meaning meaning(String text) {
    return FlatConfiguration.of(FlatConfiguration.read(text, FILE));
  }

  private static List<Setting> with(String text, String... words) {
    List<Setting> all = new ArrayList<>(FlatConfiguration.read(text, FILE));
    for (int i = 0; i < words.length; i += 2) {
      all.add(new Setting(words[i], words[i + 1], "--" + words[i]));
    }
    return all;
  }

  private static Map<String, Map<String, Object>> settings(Meaning meaning) {
    Experiment experiment =
        ExperimentFile.readWith("name: x\n", "x", meaning.settings(), new Catalog());
    return experiment.cells().getFirst().settings();
  }
}
