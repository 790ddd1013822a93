package dev.steepest.lab.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.batch.BatchPlan;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.model.GoldenImages;
import dev.steepest.lab.model.Npy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Three epochs of the original airbench loader, whose flips, shifts and permutations are given.
 *
 * <p>There an image is first mirrored (or not, once and for all), then cropped, then mirrored in
 * odd epochs; here it is cropped, then mirrored. A crop of a mirrored image is the mirrored crop on
 * the other side, so that the given shift to the right changes its sign for mirrored images.
 */
class GoldenAugmentTest {
  private static final Path FILE = GoldenImages.FOLDER.resolve("airbench_augment.json");
  private static final int SIDE = 32;
  private static final int SIZE = 3 * SIDE * SIDE;
  private static final Normalization AIRBENCH =
      DataSources.named("cifar10").normalization("airbench");

  private JsonNode json;

  @BeforeEach
  void read() {
    Assumptions.assumeTrue(Files.exists(FILE), "no golden data in " + GoldenImages.FOLDER);
    json = new ObjectMapper().readTree(FILE.toFile());
  }

  /** To the bit: the same float32 operations on the same bytes. */
  @Test
  void loaderMatchesTheOriginal() {
    int count = json.get("input").get("N").asInt();
    byte[] pixels = GoldenImages.pixels(json.get("input"), count, 3, SIDE, SIDE);
    double[] expected = Npy.read(GoldenImages.FOLDER.resolve("airbench_augment_epochs.npy"));
    int size = json.get("batch_size").asInt();
    long batches = new BatchPlan(size, LastBatch.DROP, Prefetch.OFF).batches(count);
    assertThat(batches).isEqualTo(json.get("batches_per_epoch").asLong());
    int at = 0;
    for (int epoch = 0; epoch < json.get("permutations").size(); epoch++) {
      for (int place = 0; place < batches * size; place++) {
        int image = json.get("permutations").get(epoch).get(place).asInt();
        float[] actual = render(pixels, image, epoch);
        for (int i = 0; i < SIZE; i++, at++) {
          assertThat((double) actual[i])
              .as("epoch %d, place %d, value %d", epoch, place, i)
              .isEqualTo(expected[at]);
        }
      }
    }
    assertThat(at).isEqualTo(expected.length);
  }

  private float[] render(byte[] pixels, int image, int epoch) {
    boolean mirrored = json.get("flip_uniforms").get(image).asDouble() < 0.5;
    JsonNode shift = json.get("shifts_yx_per_epoch").get(epoch).get(image);
    int right = shift.get(1).asInt();
    Picture picture = new Picture(3, SIDE, SIDE);
    System.arraycopy(pixels, image * SIZE, picture.pixels, 0, SIZE);
    Placement placement = new Placement(AugmentationPlan.AIRBENCH, SIDE, SIDE);
    placement.place(
        shift.get(0).asInt(), mirrored ? -right : right, Placement.alternate(mirrored, epoch));
    Rendering rendering = new Rendering(AIRBENCH, ChannelOrder.CHANNELS_FIRST, SIDE, SIDE);
    rendering.render(picture, placement);
    return rendering.values;
  }
}
