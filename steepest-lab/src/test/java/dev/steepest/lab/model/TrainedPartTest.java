package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.optim.Role;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which part of a network is trained, and how deep in it a parameter lies. */
class TrainedPartTest {
  private static final Images SMALL = new Images(3, 28, 7);

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Network resNet() {
    return Networks.named("resnet18").create(SMALL, Map.of("width", 4), 1);
  }

  private static Map<String, Tensor> buffers(Network network) {
    var copies = new TreeMap<String, Tensor>();
    network.buffers().forEach((name, tensor) -> copies.put(name, tensor.clone()));
    return copies;
  }

  @Test
  void aFrozenNormKeepsItsStatisticsAndTheOthersGoOn() {
    try (Network network = resNet()) {
      Tensor x = torch.randn(4, 3, 28, 28);
      network.forward(x);
      Map<String, Tensor> before = buffers(network);
      network.setTrained(name -> !name.startsWith("bn1") && !name.startsWith("layer1"));
      network.forward(x);
      network.repeat();
      network.forward(x);
      assertThat(network.buffers())
          .allSatisfy((name, tensor) ->
              assertThat(tensor.equal(before.get(name)))
                  .as(name)
                  .isEqualTo(name.startsWith("bn1") || name.startsWith("layer1")));
    }
  }

  @Test
  void aFrozenNormNormalisesAsInEvaluation() {
    try (Network network = resNet()) {
      Tensor x = torch.randn(4, 3, 28, 28);
      network.forward(x);
      network.setTrained(name -> name.startsWith("fc"));
      Tensor trained = network.forward(x);
      network.repeat();
      Tensor repeated = network.forward(x);
      network.eval();
      Tensor evaluated = network.forward(x);
      assertThat(trained.equal(evaluated)).isTrue();
      assertThat(repeated.equal(evaluated)).isTrue();
      network.train();
      network.setTrained(_ -> true);
      assertThat(network.forward(x).equal(evaluated)).isFalse();
    }
  }

  @Test
  void aNormWithATrainedBiasIsTrained() {
    try (Network network = resNet()) {
      network.setTrained(name -> name.equals("bn1.bias"));
      Map<String, Tensor> before = buffers(network);
      network.forward(torch.randn(4, 3, 28, 28));
      assertThat(network.buffers().get("bn1.running_mean").equal(before.get("bn1.running_mean")))
          .isFalse();
    }
  }

  @Test
  void onlyWhatIsTrainedHasAGradient() {
    try (Network network = resNet()) {
      network.setTrained(name -> name.startsWith("fc"));
      network.forward(torch.randn(2, 3, 28, 28)).sum().backward();
      assertThat(network.parameters())
          .allSatisfy(p ->
              assertThat(p.tensor().grad().defined())
                  .as(p.name())
                  .isEqualTo(p.name().startsWith("fc")));
    }
  }

  @Test
  void airbenchKeepsFrozenStatisticsWhateverItsKernels() {
    try (Network network =
        Networks.named("airbench94").create(SMALL, Map.of("widths", "8 16 16"), 1)) {
      network.setTrained(name -> !name.startsWith("layers.1"));
      Map<String, Tensor> before = buffers(network);
      torch.set_autocast_dtype(torch.DeviceType.CPU, torch.ScalarType.BFloat16);
      torch.set_autocast_enabled(torch.DeviceType.CPU, true);
      try (AutoGradMode _ = new AutoGradMode(true)) {
        network.forward(torch.randn(4, 3, 28, 28));
      } finally {
        torch.set_autocast_enabled(torch.DeviceType.CPU, false);
        torch.clear_cache();
      }
      assertThat(network.buffers())
          .allSatisfy((name, tensor) ->
              assertThat(tensor.equal(before.get(name)))
                  .as(name)
                  .isEqualTo(name.startsWith("layers.1")));
    }
  }

  @Test
  void depthsCountFromTheStemToTheHead() {
    try (Network network = resNet()) {
      assertThat(network.depth()).isEqualTo(1 + 8 + 1);
      assertThat(network.depth("conv1.weight")).isZero();
      assertThat(network.depth("bn1.bias")).isZero();
      assertThat(network.depth("layer1.0.conv1.weight")).isEqualTo(1);
      assertThat(network.depth("layer1.0.bn2.weight")).isEqualTo(1);
      assertThat(network.depth("layer2.0.short.1.bias")).isEqualTo(3);
      assertThat(network.depth("layer4.1.conv2.weight")).isEqualTo(8);
      assertThat(network.depth("fc.weight")).isEqualTo(9);
      assertThat(network.depth("fc.bias")).isEqualTo(9);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.depth("layer5.weight"))
          .withMessageContaining("no parameter 'layer5.weight'")
          .withMessageContaining("fc.weight");
    }
  }

  @Test
  void everyImageNetworkHasAStemAndAHead() {
    for (NetworkKind<Images> kind : Networks.all()) {
      try (Network network = kind.create(SMALL, Map.of(), 1)) {
        List<Integer> depths =
            network.parameters().stream().map(p -> network.depth(p.name())).toList();
        assertThat(depths).as(kind.name()).isSorted().startsWith(0).endsWith(network.depth() - 1);
        assertThat(depths.stream().distinct()).hasSize(network.depth());
        assertThat(network.parameters())
            .filteredOn(p -> network.depth(p.name()) == network.depth() - 1)
            .anyMatch(p -> p.role() == Role.HEAD);
      }
    }
  }

  @Test
  void aTransformersTablesAndPatchesAreItsStem() {
    try (Network network = Networks.named("mini-vit").create(SMALL, Map.of("depth", 3), 1)) {
      assertThat(network.depth()).isEqualTo(5);
      assertThat(network.depth("pos_embed")).isZero();
      assertThat(network.depth("patch_embed.proj.weight")).isZero();
      assertThat(network.depth("encoder.layers.2.linear1.weight")).isEqualTo(3);
    }
  }
}
