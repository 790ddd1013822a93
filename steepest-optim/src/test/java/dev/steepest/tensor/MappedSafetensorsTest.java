package dev.steepest.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
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

/** Tensors one by one through memory maps. */
class MappedSafetensorsTest {
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
  void what_was_saved_is_read() throws IOException {
    Map<String, Tensor> saved = new TreeMap<>();
    saved.put("a", Seeds.normal(1, 3, 5));
    saved.put("b.half", Seeds.normal(2, 7).to(ScalarType.Half)); // leaves c at an odd address
    saved.put("c", Seeds.normal(3, 2, 2).to(ScalarType.Double));
    saved.put("scalar", torch.zeros(new long[0]));
    saved.put("empty", torch.zeros(0, 4));
    Path file = folder.resolve("all.safetensors");
    Safetensors.save(file, saved, Map.of());
    try (MappedSafetensors mapped = MappedSafetensors.open(file)) {
      assertThat(mapped.tensors().keySet()).isEqualTo(saved.keySet());
      assertThat(mapped.tensors().get("b.half").type()).isEqualTo(ScalarType.Half);
      assertThat(mapped.tensors().get("a").shape()).containsExactly(3, 5);
      for (String name : saved.keySet()) {
        Tensor read = mapped.read(name);
        assertThat(read.scalar_type().intern()).isEqualTo(saved.get(name).scalar_type().intern());
        assertThat(read.equal(saved.get(name))).as(name).isTrue();
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> mapped.read("d"))
          .withMessageContaining("'d'");
    }
  }

  @Test
  void what_was_read_is_a_copy() throws IOException {
    Path file = folder.resolve("one.safetensors");
    Safetensors.save(file, Map.of("a", torch.ones(4)), Map.of());
    Tensor read;
    try (MappedSafetensors mapped = MappedSafetensors.open(file)) {
      read = mapped.read("a");
      read.zero_();
      assertThat(mapped.read("a").sum().item_float()).isEqualTo(4f);
    }
    Files.delete(file);
    assertThat(read.sum().item_float()).isZero();
  }

  @Test
  void a_damaged_file_says_why() throws IOException {
    Path file = folder.resolve("short.safetensors");
    Files.write(file, new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{'});
    assertThatIOException()
        .isThrownBy(() -> MappedSafetensors.open(file))
        .withMessageContaining("short.safetensors")
        .withMessageContaining("header");
  }
}
