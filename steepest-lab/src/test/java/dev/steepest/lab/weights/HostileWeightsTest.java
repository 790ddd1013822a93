package dev.steepest.lab.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that mean harm, or were harmed: refused and named, whatever is in them. */
class HostileWeightsTest {
  @TempDir Path folder;

  /** A pickle, operation by operation. */
  private static final class Assembly {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Assembly() {
      code(0x80, 2);
    }

    Assembly code(int... bytes) {
      for (int b : bytes) {
        out.write(b);
      }
      return this;
    }

    Assembly text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      code('X');
      out.writeBytes(little(bytes.length));
      out.writeBytes(bytes);
      return this;
    }

    Assembly whole(int value) {
      code('J');
      out.writeBytes(little(value));
      return this;
    }

    Assembly global(String module, String name) {
      out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /** A storage of so many floats in entry data/KEY. */
    Assembly storage(String key, int floats) {
      code('(').text("storage").global("torch", "FloatStorage").text(key).text("cpu");
      return whole(floats).code('t', 'Q');
    }

    /** A view of such a storage with one dimension. */
    Assembly view(String key, int floats, int offset, int size, int stride) {
      global("torch._utils", "_rebuild_tensor_v2").code('(').storage(key, floats).whole(offset);
      whole(size).code(0x85).whole(stride).code(0x85).code(0x89);
      return global("collections", "OrderedDict").code(')', 'R', 't', 'R');
    }

    byte[] end() {
      code('.');
      return out.toByteArray();
    }

    private static byte[] little(int value) {
      return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }
  }

  private Path zip(byte[] pickle, String... entries) {
    Path file = folder.resolve("w.pth");
    try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
      stored(out, "w/data.pkl", pickle);
      for (String entry : entries) {
        stored(out, entry, new byte[8]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static void stored(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }

  private static void assertRefused(Path file, String because) {
    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(UnusableWeightsException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(because);
  }

  private static Assembly dictionaryOf(Assembly value) {
    Assembly all = new Assembly().code('}').text("w");
    byte[] inner = value.end();
    for (int i = 2; i < inner.length - 1; i++) { // without its version and its end
      all.code(inner[i] & 0xFF);
    }
    return all.code('s');
  }

  @Test
  void whatTheTestsAssembleIsReadWhereItIsHarmless() {
    byte[] pickle = dictionaryOf(new Assembly().view("0", 2, 0, 2, 1)).end();
    assertThat(WeightFile.open(zip(pickle, "w/data/0")).tensors()).containsOnlyKeys("w");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "os system", "builtins eval", "torch load", "torch.storage _load_from_bytes",
        "collections Counter", "torch._utils __builtins__", "nt system", "subprocess Popen"
      })
  void everyOtherGlobalIsNamed(String name) {
    String[] parts = name.split(" ");
    byte[] call = new Assembly().global(parts[0], parts[1]).text("x").code(0x85, 'R').end();
    assertRefused(zip(call), "it asks for " + parts[0] + "." + parts[1]);
    byte[] stacked = new Assembly().text(parts[0]).text(parts[1]).code(0x93, ')', 'R').end();
    assertRefused(zip(stacked), "it asks for " + parts[0] + "." + parts[1]);
  }

  @Test
  void operationsThatMakeObjectsOtherwiseAreRefused() {
    assertRefused(zip(new Assembly().code('(', 'i').end()), "operation 0x69 (i)");
    assertRefused(zip(new Assembly().code(0x92).end()), "operation 0x92");
    assertRefused(zip(new Assembly().code(0x82, 1).end()), "operation 0x82");
  }

  @Test
  void pathsThatLeaveTheFolderAreNamed() {
    byte[] pickle = new Assembly().code('}').end();
    assertRefused(zip(pickle, "../../etc/cron.d/x"), "'../../etc/cron.d/x'");
    assertRefused(zip(pickle, "/etc/passwd"), "'/etc/passwd'");
    assertRefused(zip(pickle, "w\\..\\x"), "which would leave the folder");
    byte[] escape = dictionaryOf(new Assembly().view("../../x", 2, 0, 2, 1)).end();
    assertRefused(zip(escape, "w/data/0"), "no entry 'w/data/../../x'");
  }

  @Test
  void aCompressedZipIsNoBomb() throws IOException {
    Path file = folder.resolve("bomb.pth");
    try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("w/data.pkl"));
      out.write(new byte[50_000_000]);
      out.closeEntry();
    }
    assertThat(Files.size(file)).isLessThan(100_000);
    assertRefused(file, "'w/data.pkl' of its zip is compressed");
  }

  @Test
  void viewsMustStayInTheirStorage() {
    record View(int floats, int offset, int size, int stride, String because) {}
    for (View v :
        new View[] {
          new View(2, 1, 2, 1, "reaches to element 2 of a storage of 2"),
          new View(2, 0, 2, 2, "reaches to element 2"),
          new View(2, -1, 1, 1, "begins at element -1"),
          new View(2, 0, -1, 1, "the size -1"),
          new View(2, 0, 2, -1, "stride -1"),
          new View(2, 0, 1_000_000_000, 0, "repeats the 2 elements"),
          new View(3, 0, 2, 1, "has 8 bytes, but should have 3 elements of 4"),
          new View(-1, 0, 0, 1, "has -1 elements")
        }) {
      byte[] pickle =
          dictionaryOf(new Assembly().view("0", v.floats(), v.offset(), v.size(), v.stride()))
              .end();
      assertRefused(zip(pickle, "w/data/0"), v.because());
    }
  }

  @Test
  void nestingAndCountsAreLimited() {
    Assembly deep = new Assembly();
    for (int i = 0; i < 1000; i++) {
      deep.code('(');
    }
    assertRefused(zip(deep.end()), "nested more than 100 deep");
    Assembly tuples = new Assembly().code(')');
    for (int i = 0; i < 100_000; i++) {
      tuples.code(0x85);
    }
    assertRefused(zip(tuples.end()), "no dictionary of tensors");
    Assembly many = new Assembly();
    for (int i = 0; i < 3_000_001; i++) {
      many.code('N', '0');
    }
    assertRefused(zip(many.end()), "more than 3000000 operations");
    byte[] announced = new Assembly().code('X', 255, 255, 255, 127).end();
    assertRefused(zip(announced), "2147483647 bytes are announced");
  }

  @Test
  void valuesThatHoldThemselvesAreNotFollowed() {
    byte[] list = new Assembly().code(']', 'q', 0, 'h', 0, 'a').end();
    assertRefused(zip(list), "no dictionary of tensors");
    byte[] map = new Assembly().code('}', 'q', 0).text("state_dict").code('h', 0, 's').end();
    assertRefused(zip(map), "it holds no tensors");
    byte[] key = new Assembly().code('}', ']', 'N', 's').end();
    assertRefused(zip(key), "neither text nor number");
  }

  @Test
  void stacksAreNotReadBelowTheirEnd() {
    for (int operation : "0at u s e R b d 2 q Q".replace(" ", "").toCharArray()) {
      assertRefused(zip(new Assembly().code(operation, 0).end()), "at byte 2 of its pickle");
    }
    assertRefused(zip(new Assembly().code('h', 5).end()), "before it is stored");
    assertRefused(zip(new byte[] {(byte) 0x80, 2}), "but it ends after 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"__metadata__\":{\"format\":\"pt\"}}"})
  void safetensorsWithoutTensorsAreNamed(String header) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + text.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
    Path file = Files.write(folder.resolve("empty.safetensors"), bytes.array());
    assertRefused(file, "it holds no tensors");
  }

  @Test
  void prefixesOfWrappersAreNotTakenAwayWithoutEnd() {
    String name = "module.".repeat(100_000) + "w";
    byte[] value = new Assembly().view("0", 2, 0, 2, 1).end();
    Assembly all = new Assembly().code('}').text(name);
    for (int i = 2; i < value.length - 1; i++) {
      all.code(value[i] & 0xFF);
    }
    byte[] pickle = all.code('s').end();
    assertThat(WeightFile.open(zip(pickle, "w/data/0")).tensors().keySet())
        .containsExactly(name.substring(8 * "module.".length()));
  }

  /** Each file with a byte changed, and each beginning of it: read, or refused by name. */
  @ParameterizedTest
  @ValueSource(strings = {"new.pth", "old.pth", "wrapped.pth"})
  void damagedFilesAreReadOrRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(WeightFileTest.resource(name));
    Random random = new Random(7);
    Path file = folder.resolve(name);
    int refused = 0;
    for (int i = 0; i < whole.length; i += 1 + random.nextInt(3)) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 << random.nextInt(8));
      refused += isRefused(Files.write(file, changed)) ? 1 : 0;
      if (i % 7 == 0) {
        assertThat(isRefused(Files.write(file, Arrays.copyOf(whole, i))))
            .as("%s cut off after %d of %d bytes", name, i, whole.length)
            .isTrue();
      }
    }
    assertThat(refused).isPositive();
  }

  private static boolean isRefused(Path file) {
    try (PointerScope _ = new PointerScope()) {
      WeightFile weights = WeightFile.open(file);
      weights.tensors().keySet().forEach(weights::read);
      return false;
    } catch (UnusableWeightsException e) {
      assertThat(e).hasMessageContaining(file.toString());
      return true;
    }
  }
}
