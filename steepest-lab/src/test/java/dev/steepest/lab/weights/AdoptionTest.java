package dev.steepest.lab.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.weights.Adoption.Head;
import dev.steepest.lab.weights.Adoption.Mismatch;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a file fits a network. */
class AdoptionTest {
  @TempDir Path folder;
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Network cnn(int channels, int classes, long seed) {
    return Networks.named("small-cnn")
        .create(new Images(channels, 16, classes), Map.of("width", 4, "stages", 2), seed);
  }

  private WeightFile saved(Map<String, Tensor> tensors) {
    try {
      Path file = folder.resolve("w.safetensors");
      Safetensors.save(file, tensors, Map.of());
      return WeightFile.open(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Tensor logits(Network network, Tensor x) {
    network.eval();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return network.forward(x);
    }
  }

  @Test
  void theSameNetworkComputesTheSame() {
    try (Network a = cnn(3, 7, 1);
        Network b = cnn(3, 7, 2)) {
      a.forward(torch.randn(4, 3, 16, 16)); // moves the statistics
      WeightFile file = saved(a.state());
      Adoption adoption = Adoption.of(b, file, Head.FITTING);
      assertThat(adoption.taken()).containsExactlyElementsOf(a.state().keySet());
      adoption.carryOut(b, file, Mismatch.REFUSE);
      Tensor x = torch.randn(4, 3, 16, 16);
      assertThat(logits(b, x).equal(logits(a, x))).isTrue();
      assertThat(b.origin()).isEqualTo("weights " + file.sha256() + ": 14 tensors taken");
      assertThat(a.origin()).isEmpty();
    }
  }

  @Test
  void aHeadForOtherClassesKeepsItsInitialValues() {
    try (Network a = cnn(3, 7, 1);
        Network b = cnn(3, 5, 2);
        Network fresh = cnn(3, 5, 2)) {
      WeightFile file = saved(a.state());
      Adoption adoption = Adoption.of(b, file, Head.FITTING);
      assertThat(adoption.newHead()).containsExactly("head.weight", "head.bias");
      assertThat(adoption.problems()).isEmpty();
      adoption.carryOut(b, file, Mismatch.REFUSE);
      Map<String, Tensor> begun = fresh.state();
      b.state()
          .forEach((name, tensor) ->
              assertThat(tensor.equal((name.startsWith("head.") ? begun : a.state()).get(name)))
                  .as(name)
                  .isTrue());
      assertThat(adoption.describe()).contains("new head: head.weight, head.bias");
    }
  }

  @Test
  void aHeadForAsManyClassesIsTakenUnlessANewOneIsWanted() {
    try (Network a = cnn(3, 7, 1);
        Network b = cnn(3, 7, 2)) {
      WeightFile file = saved(a.state());
      assertThat(Adoption.of(b, file, Head.FITTING).newHead()).isEmpty();
      assertThat(Adoption.of(b, file, Head.NEW).newHead())
          .containsExactly("head.weight", "head.bias");
      assertThat(Adoption.of(b, file, Head.NEW).taken()).doesNotContain("head.weight");
    }
  }

  @Test
  void aFileWithoutHeadOrCountersFits() {
    try (Network a = cnn(3, 7, 1);
        Network b = cnn(3, 7, 2)) {
      Map<String, Tensor> body = new TreeMap<>(a.state());
      body.keySet().removeIf(name -> name.startsWith("head.") || name.endsWith("tracked"));
      Adoption adoption = Adoption.of(b, saved(body), Head.FITTING);
      assertThat(adoption.problems()).isEmpty();
      assertThat(adoption.newHead()).containsExactly("head.weight", "head.bias");
    }
  }

  /** On a grey image in all channels, filters for another number of channels respond the same. */
  @Test
  void firstFiltersAreMadeToFitTheChannels() {
    int[][] pairs = {{3, 1}, {1, 3}, {3, 6}};
    for (int[] pair : pairs) {
      try (Network a = cnn(pair[0], 7, 1);
          Network b = cnn(pair[1], 7, 2)) {
        WeightFile file = saved(a.state());
        Adoption adoption = Adoption.of(b, file, Head.FITTING);
        assertThat(adoption.adapted()).containsExactly("stage1.conv.weight");
        adoption.carryOut(b, file, Mismatch.REFUSE);
        Tensor grey = torch.randn(2, 1, 16, 16);
        Tensor expected = logits(a, grey.repeat(1, pair[0], 1, 1));
        Tensor found = logits(b, grey.repeat(1, pair[1], 1, 1));
        assertThat((double) found.sub(expected).abs().max().item_float())
            .isCloseTo(0, within(1e-5)); // float32 sums in another order
      }
    }
  }

  @Test
  void everythingElseThatDoesNotFitIsListedAtOnceAndChangesNothing() {
    try (Network a = cnn(3, 7, 1);
        Network b = cnn(3, 7, 2);
        Network untouched = cnn(3, 7, 2)) {
      Map<String, Tensor> other = new TreeMap<>(a.state());
      other.remove("stage1.bn.weight");
      other.put("stage2.conv.weight", torch.zeros(8, 4, 5, 5));
      other.put("stage3.conv.weight", torch.zeros(1));
      WeightFile file = saved(other);
      Adoption adoption = Adoption.of(b, file, Head.FITTING);
      assertThat(adoption.problems())
          .containsExactly(
              "missing stage1.bn.weight",
              "stage2.conv.weight has shape [8, 4, 5, 5], expected [8, 4, 3, 3]",
              "unexpected stage3.conv.weight");
      assertThatThrownBy(() -> adoption.carryOut(b, file, Mismatch.REFUSE))
          .isInstanceOf(UnusableWeightsException.class)
          .hasMessageContaining("in 3 places")
          .hasMessageContaining("unexpected stage3.conv.weight")
          .hasMessageContaining("model.pretrained_mismatch: list");
      b.state()
          .forEach((name, tensor) ->
              assertThat(tensor.equal(untouched.state().get(name))).as(name).isTrue());
      adoption.carryOut(b, file, Mismatch.LIST);
      assertThat(b.state().get("stage2.bn.weight").equal(a.state().get("stage2.bn.weight")))
          .isTrue();
      assertThat(b.state().get("stage1.conv.weight").equal(a.state().get("stage1.conv.weight")))
          .isTrue();
    }
  }

  @Test
  void weightsOfAnotherNetworkAltogetherAreNeverTaken() {
    try (Network b = cnn(3, 7, 2)) {
      WeightFile file = WeightFile.open(WeightFileTest.resource("new.pth"));
      assertThatThrownBy(() -> Adoption.of(b, file, Head.NEW).carryOut(b, file, Mismatch.LIST))
          .isInstanceOf(UnusableWeightsException.class)
          .hasMessageContaining("missing stage1.conv.weight");
    }
  }

  @Test
  void whatWasTakenIsNotComputedFromDataAgain() {
    Images images = new Images(3, 32, 10);
    Map<String, ?> small = Map.of("widths", "8 8 8");
    try (Network a = Networks.named("airbench94").create(images, small, 1);
        Network b = Networks.named("airbench94").create(images, small, 2)) {
      assertThat(b.owesPreparation()).isTrue();
      WeightFile file = saved(a.state());
      Adoption.of(b, file, Head.NEW).carryOut(b, file, Mismatch.REFUSE);
      assertThat(b.owesPreparation()).isFalse();
      assertThat(b.state().get("whiten.weight").equal(a.state().get("whiten.weight"))).isTrue();
    }
  }
}
