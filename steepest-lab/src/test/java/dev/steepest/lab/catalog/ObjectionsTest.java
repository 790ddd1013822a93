package dev.steepest.lab.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectionsTest {

  private static List<String> objections(String optimizer, String precision) {
    return Objections.to(
        Map.of(
            Catalog.MODEL,
            Map.of("name", "mlp"),
            Catalog.DATA,
            Map.of("name", "shapes"),
            Catalog.OPTIMIZER,
            Map.of("name", optimizer),
            Catalog.SCHEDULE,
            Map.of("name", "constant", "warmup_epochs", 0.0),
            Catalog.TRAINING,
            Map.of("epochs", 2.0, "accumulation", 1L, "batch", 8L, "precision", precision),
            Catalog.EVALUATION,
            Map.of("every", 1L)));
  }

  private static List<String> objections(Map<String, Object> evaluation) {
    return Objections.to(
        Map.of(
            Catalog.MODEL,
            Map.of("name", "mlp"),
            Catalog.DATA,
            Map.of("name", "shapes"),
            Catalog.OPTIMIZER,
            Map.of("name", "adamw"),
            Catalog.SCHEDULE,
            Map.of("name", "constant", "warmup_epochs", 0.0),
            Catalog.TRAINING,
            Map.of("epochs", 2.0, "accumulation", 1L, "batch", 8L, "precision", "fp32"),
            Catalog.EVALUATION,
            evaluation));
  }

  @Test
  void aTestSetThatIsNeverSeenHasNoCurve() {
    assertThat(objections(Map.of("every", 1L, "test", false, "curve", "test")))
        .singleElement()
        .asString()
        .startsWith("evaluation.test = false keeps the test set unseen");
    assertThat(objections(Map.of("every", 1L, "test", false, "curve", "validation"))).isEmpty();
  }

  @Test
  void aScaledLossAndMomentumInTheGradientExcludeEachOther() {
    assertThat(objections("scion_light", "fp16"))
        .singleElement()
        .asString()
        .startsWith("training.precision = fp16 scales the loss, but optimizer.name = scion_light")
        .endsWith("use bf16 or fp32");
    assertThat(objections("scion_light", "bf16")).isEmpty();
    assertThat(objections("scion", "fp16")).isEmpty();
  }
}
