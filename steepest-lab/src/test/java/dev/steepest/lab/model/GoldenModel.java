package dev.steepest.lab.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** One file of {@code golden/models}: how to fill a network, what to feed it, what comes out. */
public record GoldenModel(JsonNode json) {
  public static final Path FOLDER = Path.of(System.getProperty("steepest.golden", "."), "models");

  public static GoldenModel read(String name) {
    return new GoldenModel(new ObjectMapper().readTree(FOLDER.resolve(name + ".json").toFile()));
  }

  /** Names of all files that record a classifier on images, whichever network it is. */
  static List<String> classifiers() {
    return names(golden -> golden.json().has("targets"));
  }

  /** Names of all files that record a network on tokens. */
  static List<String> languages() {
    return names(golden -> golden.json().path("input").has("tokens"));
  }

  /** Names of all files that record a network that finds noise. */
  public static List<String> denoisers() {
    return names(golden -> golden.json().has("eps_file"));
  }

  private static List<String> names(Predicate<GoldenModel> wanted) {
    if (!Files.isDirectory(FOLDER)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .filter(name -> wanted.test(read(name)))
          .sorted()
          .toList();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  JsonNode section(String precision, String mode) {
    return json.get(precision).get(mode);
  }

  public Stream<JsonNode> entries() {
    return json.get("state").valueStream();
  }

  /** The filled state dict, float32, in the original order; tied names share a tensor. */
  public Map<String, Tensor> state() {
    var state = new LinkedHashMap<String, Tensor>();
    entries()
        .forEach(entry ->
            state.put(
                entry.get("name").asString(),
                entry.get("fill").asString().equals("tied")
                    ? state.get(entry.get("tied_to").asString())
                    : filled(entry)));
    return state;
  }

  private Tensor filled(JsonNode entry) {
    long[] shape = entry.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray();
    String fill = entry.get("fill").asString();
    if (fill.equals("untouched")) {
      return torch.zeros(shape).to(torch.ScalarType.Long);
    }
    JsonNode how = json.get("fill");
    long seed = how.get("seed").asLong();
    long k = entry.get("k").asLong();
    float[] values = new float[(int) LongProduct.of(shape)];
    for (int i = 0; i < values.length; i++) {
      double w = SplitMix64.unit(seed, k, i);
      values[i] =
          (float)
              switch (fill) {
                case "matrix" -> entry.get("scale").asDouble() * w;
                case "norm" -> 1 + how.get("norm").asDouble() * w;
                case "bias" -> how.get("bias").asDouble() * w;
                case "running_mean" -> how.get("mean").asDouble() * w;
                case "running_var" -> 1 + how.get("var").asDouble() * Math.abs(w);
                default -> throw new IllegalStateException("unknown fill " + fill);
              };
    }
    return Tensor.create(values, shape);
  }

  /** The images, float32 [N, C, H, W]. */
  Tensor input() {
    JsonNode input = json.get("input");
    int[] shape = imageShape();
    byte[] pixels = GoldenImages.pixels(input, shape);
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xFF) / 64f - 2;
    }
    return Tensor.create(values, IntStream.of(shape).asLongStream().toArray());
  }

  /** [N, C, H, W] */
  int[] imageShape() {
    return json.get("input").get("shape").valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  Tensor targets() {
    return Tensor.create(json.get("targets").valueStream().mapToLong(JsonNode::asLong).toArray());
  }

  private static final class LongProduct {
    static long of(long[] factors) {
      long product = 1;
      for (long factor : factors) {
        product *= factor;
      }
      return product;
    }
  }
}
