package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LanguageSettingsTest {

  @Test
  void defaultsAreThePublishedOnes() {
    Choice gpt = new Choice("gpt", Gpt.SETTINGS, Map.of());
    Gpt.Config full = Gpt.Config.speedrun();
    assertThat(gpt.integer("vocabulary")).isEqualTo(full.vocabulary());
    assertThat(gpt.integer("context")).isEqualTo(full.context());
    assertThat(gpt.integer("layers")).isEqualTo(full.layers());
    assertThat(gpt.integer("heads")).isEqualTo(full.heads());
    assertThat(gpt.integer("dim")).isEqualTo(full.dim());

    Choice moe = new Choice("moe-gpt", MoeGpt.SETTINGS, Map.of());
    MoeGpt.Config mixture = MoeGpt.Config.published();
    assertThat(moe.integer("vocabulary")).isEqualTo(mixture.vocabulary());
    assertThat(moe.integer("context")).isEqualTo(mixture.context());
    assertThat(moe.integer("layers")).isEqualTo(mixture.layers());
    assertThat(moe.integer("heads")).isEqualTo(mixture.heads());
    assertThat(moe.integer("dim")).isEqualTo(mixture.dim());
    assertThat(moe.integer("inner")).isEqualTo(mixture.inner());
    assertThat(moe.integer("experts")).isEqualTo(mixture.experts());
    assertThat(moe.integer("chosen")).isEqualTo(mixture.chosen());
    assertThat(moe.real("dropout")).isEqualTo(mixture.dropout());
    assertThat(moe.real("noise")).isEqualTo(mixture.noise());

    Choice late = new Choice("gpt-late2025", GptLate2025.SETTINGS, Map.of());
    GptLate2025.Config november = GptLate2025.Config.speedrun();
    assertThat(late.integer("vocabulary")).isEqualTo(november.vocabulary());
    assertThat(late.integer("context")).isEqualTo(november.context());
    assertThat(late.integer("layers")).isEqualTo(november.layers());
    assertThat(late.integer("heads")).isEqualTo(november.heads());
    assertThat(late.integer("dim")).isEqualTo(november.dim());
    assertThat(late.integer("unit")).isEqualTo(november.unit());
    assertThat(late.integer("document")).isEqualTo(november.document());
  }

  @Test
  void settingsMakeTheNetwork() {
    Map<String, Object> small = Map.of("vocabulary", 64, "context", 8, "layers", 6, "dim", 48);
    try (Gpt gpt = Gpt.create(61, new Choice("gpt", Gpt.SETTINGS, small), 1);
        MoeGpt moe = MoeGpt.create(61, new Choice("moe", MoeGpt.SETTINGS, small), 1)) {
      assertThat(gpt.count()).isEqualTo(64 * 48 + 6 * 12 * 48 * 48);
      assertThat(gpt.context()).isEqualTo(8);
      assertThat(moe.context()).isEqualTo(8);
    }
    Map<String, Object> late =
        Map.of("vocabulary", 64, "context", 8, "layers", 6, "dim", 48, "document", 60);
    Choice choice = new Choice("gpt-late2025", GptLate2025.SETTINGS, late);
    try (GptLate2025 network = GptLate2025.create(61, choice, 1)) {
      assertThat(network.context()).isEqualTo(8);
    }
  }

  @Test
  void aVocabularyThatIsTooSmallIsNamedWithTheDatas() {
    Choice choice = new Choice("gpt", Gpt.SETTINGS, Map.of("vocabulary", 256));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gpt.create(50_257, choice, 1))
        .withMessageContaining("vocabulary = 256")
        .withMessageContaining("50257 tokens of the data")
        .withMessageContaining("50304 or more");
  }
}
