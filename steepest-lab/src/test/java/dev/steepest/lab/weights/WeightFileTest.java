package dev.steepest.lab.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Python wrote; {@code make.py} beside them says how. */
class WeightFileTest {
  @TempDir Path folder;
  private PointerScope scope;

  static Path resource(String name) {
    try {
      return Path.of(WeightFileTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static double[] values(WeightFile file, String name) {
    Tensor flat = file.read(name).to(ScalarType.Double).flatten();
    double[] values = new double[(int) flat.numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = flat.select(0, i).item_double();
    }
    return values;
  }

  private static double[] range(int count) {
    double[] range = new double[count];
    for (int i = 0; i < count; i++) {
      range[i] = i;
    }
    return range;
  }

  @ParameterizedTest
  @ValueSource(strings = {"new.pth", "old.pth"})
  void tensorsOfEveryTypeAndLayoutAreThose(String name) {
    WeightFile file = WeightFile.open(resource(name));
    assertThat(file.tensors().keySet())
        .containsExactly(
            "a.weight",
            "a.half",
            "a.bf16",
            "a.double",
            "a.num_batches_tracked",
            "view.t",
            "view.every2",
            "cl",
            "i8",
            "b",
            "u8",
            "empty",
            "param");
    assertThat(file.tensors().get("a.weight").shape()).containsExactly(2, 3, 4);
    assertThat(values(file, "a.weight")).containsExactly(range(24));
    assertThat(values(file, "a.half")).containsExactly(1.5, -2, 65504);
    // The bfloat16 next to 3e38: 8 bits of significand.
    assertThat(values(file, "a.bf16")).containsExactly(1.5, -2, 0x1.c4p127);
    assertThat(values(file, "a.double")).containsExactly(1e-300);
    assertThat(values(file, "a.num_batches_tracked")).containsExactly(7);
    assertThat(file.tensors().get("a.num_batches_tracked").shape()).isEmpty();
    assertThat(file.tensors().get("view.t").shape()).containsExactly(4, 3);
    assertThat(values(file, "view.t")).containsExactly(2, 6, 10, 3, 7, 11, 4, 8, 12, 5, 9, 13);
    assertThat(values(file, "view.every2")).containsExactly(0, 2, 4, 6, 8, 10, 12, 14, 16, 18);
    assertThat(values(file, "cl")).containsExactly(range(24));
    assertThat(file.read("cl").is_contiguous()).isTrue();
    assertThat(values(file, "i8")).containsExactly(-1, 2);
    assertThat(values(file, "b")).containsExactly(1, 0);
    assertThat(values(file, "u8")).containsExactly(255);
    assertThat(file.tensors().get("empty").shape()).containsExactly(0, 3);
    assertThat(values(file, "empty")).isEmpty();
    assertThat(values(file, "param")).containsExactly(3, 4);
  }

  @Test
  void theStateDictOfATrainingProgramIsFoundUnderItsOwnNames() {
    WeightFile file = WeightFile.open(resource("wrapped.pth"));
    assertThat(file.tensors().keySet())
        .containsExactly(
            "0.weight",
            "0.bias",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "1.num_batches_tracked");
    assertThat(values(file, "1.num_batches_tracked")).containsExactly(1);
  }

  @Test
  void aNetworkAsAProgramIsRefused() {
    assertThatThrownBy(() -> WeightFile.open(resource("whole.pth")))
        .isInstanceOf(UnusableWeightsException.class)
        .hasMessageContaining("whole.pth")
        .hasMessageContaining("asks for torch.nn.parallel.data_parallel.DataParallel")
        .hasMessageContaining("torch.save(model.state_dict(), file)");
    assertThatThrownBy(() -> WeightFile.open(resource("script.pt")))
        .isInstanceOf(UnusableWeightsException.class)
        .hasMessageContaining("TorchScript");
  }

  @Test
  void safetensorsAndOurCheckpointsAreRead() throws IOException {
    Map<String, Tensor> tensors =
        new TreeMap<>(Map.of("network/fc.weight", torch.ones(2, 3), "optimizer/m", torch.ones(9)));
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    Safetensors.save(checkpoint, tensors, Map.of());
    WeightFile ours = WeightFile.open(checkpoint);
    assertThat(ours.tensors().keySet()).containsExactly("fc.weight");
    assertThat(values(ours, "fc.weight")).hasSize(6).containsOnly(1);
    Path plain = folder.resolve("plain.safetensors");
    Safetensors.save(plain, Map.of("module.b", torch.ones(1), "module.a", torch.ones(1)), Map.of());
    assertThat(WeightFile.open(plain).tensors().keySet()).containsExactly("a", "b");
  }

  @Test
  void theChecksumIsOfTheWholeFile() throws IOException {
    WeightFile file = WeightFile.open(resource("new.pth"));
    Path copy = Files.copy(resource("new.pth"), folder.resolve("copy.pth"));
    assertThat(WeightFile.open(copy).sha256()).isEqualTo(file.sha256()).hasSize(64);
    assertThat(WeightFile.open(resource("old.pth")).sha256()).isNotEqualTo(file.sha256());
  }

  @Test
  void whatIsNoFileOfWeightsIsNamed() throws IOException {
    assertThatThrownBy(() -> WeightFile.open(folder.resolve("absent.pth")))
        .hasMessageContaining("absent.pth cannot be used: there is no such file");
    Path text = Files.writeString(folder.resolve("text.pth"), "404: Not Found");
    assertThatThrownBy(() -> WeightFile.open(text))
        .isInstanceOf(UnusableWeightsException.class)
        .hasMessageContaining("neither safetensors nor a file of torch.save");
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, tar, 257, 5);
    Path old = Files.write(folder.resolve("tar.pth"), tar);
    assertThatThrownBy(() -> WeightFile.open(old)).hasMessageContaining("it is a tar");
    Path empty = Files.createFile(folder.resolve("empty.pth"));
    assertThatThrownBy(() -> WeightFile.open(empty)).isInstanceOf(UnusableWeightsException.class);
  }
}
