package dev.steepest.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors to a file and back, and what is no such file. */
class SafetensorsTest {

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

  @Test
  void every_type_and_shape_comes_back() throws IOException {
    Map<String, Tensor> saved = new TreeMap<>();
    for (ScalarType type :
        List.of(
            ScalarType.Double,
            ScalarType.Float,
            ScalarType.Half,
            ScalarType.BFloat16,
            ScalarType.Long,
            ScalarType.Int,
            ScalarType.Short,
            ScalarType.Char,
            ScalarType.Byte,
            ScalarType.Bool)) {
      saved.put("m." + type, Seeds.normal(1, 3, 5).abs().to(type));
    }
    saved.put("scalar", torch.zeros(new long[0]));
    saved.put("empty", torch.zeros(0, 4));
    saved.put("transposed", Seeds.normal(2, 4, 6).t());
    saved.put(
        "channels last", Seeds.normal(3, 2, 3, 4, 5).contiguous(torch.MemoryFormat.ChannelsLast));
    saved.put("trained \"ü\"\\\n", Seeds.normal(4, 2).set_requires_grad(true));
    Path file = folder.resolve("all.safetensors");
    Map<String, String> metadata = Map.of("step", "12", "quote", "\"\t\\ é");
    Safetensors.save(file, saved, metadata);
    Map<String, Tensor> loaded = Safetensors.load(file);
    assertThat(loaded.keySet()).isEqualTo(saved.keySet());
    saved.forEach((name, tensor) -> {
      assertThat(loaded.get(name).scalar_type().intern())
          .as(name)
          .isEqualTo(tensor.scalar_type().intern());
      assertThat(loaded.get(name).equal(tensor)).as(name).isTrue();
    });
    assertThat(Safetensors.metadata(file)).isEqualTo(metadata);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("nothing is left beside it").containsExactly(file);
    }
  }

  @Test
  void a_file_is_replaced_whole() throws IOException {
    Path file = folder.resolve("twice.safetensors");
    Safetensors.save(file, Map.of("a", torch.zeros(1000)), Map.of());
    Safetensors.save(file, Map.of("b", torch.ones(2)), Map.of());
    assertThat(Safetensors.load(file).keySet()).containsExactly("b");
    assertThat(Safetensors.metadata(file)).isEmpty();
  }

  @Test
  void a_failed_save_leaves_the_old_file() throws IOException {
    Path file = folder.resolve("kept.safetensors");
    Safetensors.save(file, Map.of("a", torch.ones(2)), Map.of());
    Tensor complex = torch.zeros(2).to(ScalarType.ComplexFloat);
    assertThatThrownBy(() -> Safetensors.save(file, Map.of("c", complex), Map.of()))
        .hasMessageContaining("tensor 'c' of type ComplexFloat cannot be saved");
    assertThat(Safetensors.load(file).keySet()).containsExactly("a");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void data_is_aligned_for_mapping() throws IOException {
    Path file = folder.resolve("aligned.safetensors");
    Safetensors.save(file, Map.of("odd", torch.zeros(3)), Map.of("k", "v"));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getLong() % 8).isZero();
  }

  static Stream<Arguments> malformed() {
    String ok = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";
    return Stream.of(
        Arguments.of("", 0, "no JSON object|expected|header would be 0"),
        Arguments.of("[]", 0, "the header is no JSON object"),
        Arguments.of("{\"a\":{" + ok + "}", 8, "at character \\d+ of the header, expected more"),
        Arguments.of("{\"a\":{" + ok + "}}x", 8, "expected nothing more"),
        Arguments.of("{\"a\":{" + ok + "},\"a\":{" + ok + "}}", 8, "key 'a' stands twice"),
        Arguments.of("{\"a\":{" + ok + "}}", 4, "speaks of 8 bytes of data but there are 4"),
        Arguments.of("{\"a\":{" + ok + "}}", 12, "speaks of 8 bytes of data but there are 12"),
        Arguments.of(
            "{\"a\":{" + ok.replace("[2]", "[3]") + "}}", 8, "of shape \\[3\\] needs 12 bytes"),
        Arguments.of(
            "{\"a\":{" + ok.replace("[2]", "[-2]") + "}}",
            8,
            "no shape or data_offsets of non-negative"),
        Arguments.of(
            "{\"a\":{" + ok.replace("[0,8]", "[4,12]") + "}}",
            12,
            "starts at byte 4 of the data, expected 0"),
        Arguments.of("{\"a\":{" + ok.replace("F32", "F33") + "}}", 8, "unknown dtype F33"),
        Arguments.of(
            "{\"a\":{" + ok.replace("[2]", "[4611686018427387904,8]") + "}}",
            8,
            "impossible shape"),
        Arguments.of("{\"a\":3}", 0, "'a' is described by no object"),
        Arguments.of("[".repeat(100), 0, "expected less nesting"),
        Arguments.of("{\"a\\u12\":1}", 0, "four hexadecimal digits"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void a_malformed_file_is_refused(String header, int dataBytes, String message)
      throws IOException {
    Path file = folder.resolve("bad.safetensors");
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(json.length).put(json).array());
    assertThatThrownBy(() -> Safetensors.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bad.safetensors is no safetensors file")
        .message()
        .containsPattern(message);
  }

  @Test
  void a_cut_file_is_refused() throws IOException {
    Path file = folder.resolve("cut.safetensors");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Safetensors.load(file)).hasMessageContaining("it ends after 3 bytes");
    Files.write(file, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{', '}'});
    assertThatThrownBy(() -> Safetensors.load(file))
        .hasMessageContaining("its header would be -1 bytes long");
  }
}
