package dev.steepest.lab.model.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small networks against PyTorch in Python: {@code reference.json} is what {@code python
 * reference.py} beside it printed.
 */
class ReferenceTest {
  private static final double ROUNDING = 1e-9; // of float64 through some twenty layers
  private static final double SOFTMAX = 1e-6; // transformers weighs in float32
  private static final JsonNode REFERENCE = read();
  private static final WeightSource WEIGHTS = new CountedWeights();

  private PointerScope scope;

  private static JsonNode read() {
    try (InputStream in = ReferenceTest.class.getResourceAsStream("reference.json")) {
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
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

  private static UnetConfig unet(UnetConfig.Entry entry) {
    return new UnetConfig(
        4,
        4,
        List.of(
            new UnetConfig.Level(8, 2, UnetConfig.Attention.CROSS),
            new UnetConfig.Level(16, 4, UnetConfig.Attention.CROSS),
            new UnetConfig.Level(12, 3, UnetConfig.Attention.NONE)),
        2,
        4,
        1e-5,
        6,
        entry,
        UnetConfig.Scores.UPCAST);
  }

  private static final VaeConfig VAE = new VaeConfig(3, 4, List.of(8, 16, 12), 2, 4, 0.18215);

  private static void check(String name, Tensor found, double tolerance) {
    JsonNode expected = REFERENCE.get(name);
    assertThat(expected.get("shape").valueStream().map(JsonNode::asLong))
        .as("shape of %s", name)
        .containsExactlyElementsOf(LongStream.range(0, found.dim()).mapToObj(found::size).toList());
    double[] wanted =
        expected.get("values").valueStream().mapToDouble(JsonNode::asDouble).toArray();
    assertThat(values(found)).as(name).containsExactly(wanted, within(tolerance));
  }

  private static double[] values(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    Tensor plain = tensor.detach().to(ScalarType.Double).contiguous();
    new DoublePointer(plain.data_ptr()).get(values);
    return values;
  }

  private static void checkCount(String name, Function<WeightSource, FrozenNetwork> network) {
    DeclaredWeights declared = DeclaredWeights.of(network);
    assertThat(declared.count()).isEqualTo(REFERENCE.get(name).get("parameters").asLong());
    assertThat(declared.shapes()).hasSize(REFERENCE.get(name).get("tensors").asInt());
  }

  @ParameterizedTest
  @EnumSource
  void the_text_encoder_says_what_transformers_says(ClipConfig.Gelu activation) {
    Tensor tokens =
        Tensor.create(
            new long[] {28, 3, 17, 5, 29, 29, 29, 29, 29, 28, 1, 2, 29, 0, 0, 0, 0, 0}, 2, 9);
    ClipConfig config = new ClipConfig(30, 9, 8, 2, 2, 20, activation, 1e-5);
    try (ClipText clip = new ClipText(config, WEIGHTS)) {
      check(
          activation == ClipConfig.Gelu.QUICK ? "clip_quick" : "clip_exact",
          clip.forward(tokens),
          SOFTMAX);
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_unet_says_what_pytorch_says(UnetConfig.Entry entry) {
    String name = entry == UnetConfig.Entry.LINEAR ? "unet_linear" : "unet_convolution";
    checkCount(name, source -> new StableUnet(unet(entry), source));
    try (StableUnet unet = new StableUnet(unet(entry), WEIGHTS)) {
      check(name, unet.apply(latents(), times(), context()), ROUNDING);
    }
  }

  private static Tensor latents() {
    return CountedWeights.numbers("x", 2, 4, 6, 5).mul(new Scalar(2.0));
  }

  private static Tensor times() {
    return Tensor.create(new long[] {21, 979}, 2);
  }

  private static Tensor context() {
    return CountedWeights.numbers("context", 2, 3, 6).mul(new Scalar(2.0));
  }

  @Test
  void the_autoencoder_says_what_pytorch_says() {
    checkCount("vae_encode", source -> new Vae(VAE, source));
    try (Vae vae = new Vae(VAE, WEIGHTS)) {
      check("vae_encode", vae.encode(CountedWeights.numbers("images", 2, 3, 12, 8)), ROUNDING);
      check("vae_decode", vae.decode(CountedWeights.numbers("latents", 2, 4, 3, 2)), ROUNDING);
    }
  }
}
