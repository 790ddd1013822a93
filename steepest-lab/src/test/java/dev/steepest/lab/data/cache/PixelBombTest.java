package dev.steepest.lab.data.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.decode.Fit;
import dev.steepest.lab.data.decode.Rendition;
import dev.steepest.lab.data.files.ImageFiles;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that are large pictures, in a process with little memory. */
class PixelBombTest {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

  @TempDir Path folder;

  /** Decodes one folder after another, and says how it went. */
  public static final class Decoder {
    private Decoder() {}

    public static void main(String[] folders) {
      DecodedCache cache = new DecodedCache(Path.of(folders[0]));
      for (String root : List.of(folders).subList(1, folders.length)) {
        try (ImageFiles files = ImageFiles.open(Path.of(root))) {
          DecodedImages images =
              cache.images(files, files.paths(), new Rendition(8, Fit.CROP, Channels.RGB));
          System.out.println("decoded %d but %s".formatted(images.size(), images.damages()));
        } catch (DataException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  /** 28 MB for a picture of 4 megapixels as it is decoded; 280 MB for one of 40. */
  @Test
  void theyWaitForEachOtherAndTheOneThatIsTooMuchIsNamed() throws Exception {
    Path many = Files.createDirectories(folder.resolve("many"));
    for (int i = 0; i < 6; i++) {
      bomb(many.resolve(i + ".png"), 2000, 2000);
    }
    Path one = Files.createDirectories(folder.resolve("one"));
    bomb(one.resolve("bomb.png"), 8000, 5000);
    assertThat(Files.size(one.resolve("bomb.png"))).isLessThan(1_000_000);
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                Decoder.class.getName(),
                folder.resolve("cache").toString(),
                many.toString(),
                one.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said)
        .startsWith("decoded 6 but []")
        .contains("Cannot decode the images of " + one)
        .contains("bomb.png: needs more memory than Java has")
        .contains("-Xmx");
    assertThat(process.waitFor()).isZero();
  }

  /** A PNG of transparent black: red, green, blue and opacity are 0. */
  private static void bomb(Path file, int width, int height) throws IOException {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try (OutputStream deflated = new DeflaterOutputStream(rows)) {
      byte[] row = new byte[1 + 4 * width]; // the kind of filter goes first
      for (int y = 0; y < height; y++) {
        deflated.write(row);
      }
    }
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(SIGNATURE);
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(header);
      fields.writeInt(width);
      fields.writeInt(height);
      fields.write(new byte[] {8, 6, 0, 0, 0});
      chunk(out, "IHDR", header.toByteArray());
      chunk(out, "IDAT", rows.toByteArray());
      chunk(out, "IEND", new byte[0]);
    }
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) sum.getValue());
  }
}
