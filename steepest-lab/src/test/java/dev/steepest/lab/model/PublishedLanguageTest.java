package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Parameter;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sizes and work of the language networks as their authors published them. */
class PublishedLanguageTest {
  private static final int VOCABULARY = 61;
  private static final int CONTEXT = 24;
  private static final MoeGpt.Config MOE =
      new MoeGpt.Config(VOCABULARY, CONTEXT, 2, 2, 16, 24, 4, 2, 0.1, 0.1);

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void workIsCountedAsPublished() {
    Gpt.Config full = Gpt.Config.speedrun();
    try (Gpt network = new Gpt(new Gpt.Config(50_304, 1024, 1, 6, 768), 1)) {
      Work one = network.work(1024);
      double head = 50_304.0 * 768;
      double weights = head + full.layers() * (one.weights() - head);
      double attention = full.layers() * one.attention();
      assertThat(weights).isEqualTo(123_568_128);
      // Published: 798 M causal, 855 M with every pair of tokens.
      assertThat(Math.rint(new Work(weights, attention).flops() / 1e6)).isEqualTo(798);
      double pairs = attention * 1024 / (1025 / 2.0);
      assertThat(Math.rint(new Work(weights, pairs).flops() / 1e6)).isEqualTo(855);
      assertThat(network.flopsPerToken(1024)).isEqualTo(one.flops());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.flopsPerToken(1025))
          .withMessageContaining("tokens = 1025");
    }
  }

  /** A token meets 2 of 4 experts; every other weight but the embedding's lookup once. */
  @Test
  void onlyTheChosenExpertsWork() {
    try (MoeGpt network = new MoeGpt(MOE, 1)) {
      double expert = 2.0 * 16 * 24;
      double idle = MOE.layers() * 2 * expert;
      double norms = (2 * MOE.layers() + 1) * 16;
      assertThat(network.work(CONTEXT).weights()).isEqualTo(network.count() - norms - idle);
    }
  }

  @Test
  void aWindowLimitsWhatIsSeen() {
    // 1, 2, 3, 3, 3 of five tokens
    assertThat(Work.seen(5, 3)).isEqualTo(12 / 5.0);
    assertThat(Work.seen(5, 9)).isEqualTo(3);
    assertThat(Work.seen(1, 1)).isEqualTo(1);
  }

  @Test
  void theSpeedrunNetworkHasItsPublishedSize() {
    Gpt.Config full = Gpt.Config.speedrun();
    var oneLayer = new Gpt.Config(full.vocabulary(), full.context(), 1, full.heads(), full.dim());
    try (Gpt network = new Gpt(oneLayer, 1)) {
      long perLayer = 12L * full.dim() * full.dim();
      assertThat(network.count() + (full.layers() - 1) * perLayer).isEqualTo(123_568_128);
      torch.manual_seed(2);
      Tensor tokens = torch.randint(full.vocabulary(), new long[] {1, 129}).to(ScalarType.Long);
      try (AutoGradMode _ = new AutoGradMode(false)) {
        // Recorded for two seeds of the original: 15.99, 15.95. Of 128 random tokens one sigma is
        // about .09, the logits' own spread (√(1/3)) over √128 and the rest of the sum.
        assertThat(network.loss(tokens.narrow(1, 0, 128), tokens.narrow(1, 1, 128)).item_double())
            .isCloseTo(16, within(0.4));
      }
    }
  }

  @Test
  void theMixtureHasItsPublishedSize() {
    MoeGpt.Config full = MoeGpt.Config.published();
    var oneLayer =
        new MoeGpt.Config(
            full.vocabulary(),
            full.context(),
            1,
            full.heads(),
            full.dim(),
            full.inner(),
            full.experts(),
            full.chosen(),
            full.dropout(),
            full.noise());
    try (MoeGpt network = new MoeGpt(oneLayer, 1)) {
      Parameter table = network.parameters().getFirst();
      long ends = table.tensor().numel() + full.dim();
      long layer = network.count() - ends;
      assertThat(ends + full.layers() * layer).isEqualTo(79_059_840);
      assertThat(network.parameters()).filteredOn(p -> p.blocks() == 3).hasSize(1);
      assertThat(network.parameters())
          .filteredOn(p -> p.blocks() == 8)
          .extracting(Parameter::rows, Parameter::columns)
          .containsExactly(tuple(1536L, 384L), tuple(384L, 1536L));
      // 18.9 M draws of N(0, .02²): one sigma of the spread is 3e-6.
      assertThat((double) table.tensor().std().item_float()).isCloseTo(0.02, within(2e-5));
    }
  }
}
