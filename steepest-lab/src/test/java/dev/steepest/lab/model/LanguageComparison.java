package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Parameter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tools.jackson.databind.JsonNode;

/**
 * One language network in one precision against the recorded numbers; tolerances as in {@link
 * GoldenModelTest}, in float32 the loss may differ by as much as a logit.
 */
record LanguageComparison(
    LanguageNetwork network, GoldenModel golden, GoldenTokens tokens, ScalarType type) {
  /**
   * Where rotary tables are float32, as in {@code rope}, the original's cosines and sines are up to
   * one unit in the last place (6e-8 below 1) away from the rounded ones of this library; its
   * libtorch took them from SLEEF. Correcting single entries by that unit brings the logits of a
   * position from 3e-8 to 2e-15; all entries together stay within two units.
   */
  private static final double TABLE = 0x1p-23;

  private static final Pattern EXPERT = Pattern.compile("(.*\\.experts)\\.(\\d+)\\.(linear.*)");

  void run() {
    JsonNode json = golden.json();
    assertThat(network.count()).isEqualTo(json.get("counts").get("trainable").asLong());
    JsonNode recorded = json.get(type == ScalarType.Double ? "float64" : "float32");
    boolean experts = recorded.has("ce");
    try (AutoGradMode _ = new AutoGradMode(false)) {
      network.eval();
      logits();
      // In evaluation the loss is the cross entropy alone.
      loss(network.loss(tokens.inputs(), tokens.targets()), recorded.get(experts ? "ce" : "loss"));
    }
    network.train();
    logits();
    if (experts) {
      penalties(recorded.get("layers"));
    }
    Tensor loss = network.loss(tokens.inputs(), tokens.targets());
    loss(loss, recorded.get(experts ? "total" : "loss"));
    loss.backward();
    gradients(recorded);
  }

  private void logits() {
    String file =
        "%s_logits%s.npy"
            .formatted(
                golden.json().get("name").asString(), type == ScalarType.Double ? "_f64" : "");
    double[] expected = Npy.read(GoldenModel.FOLDER.resolve(file));
    double[] actual = numbers(network.forward(tokens.inputs()));
    assertThat(actual).as("logits").hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("logit %d", i).isCloseTo(expected[i], within(logitTolerance(i)));
    }
  }

  private void loss(Tensor actual, JsonNode expected) {
    assertThat(number(actual)).isCloseTo(expected.asDouble(), within(logitTolerance()));
  }

  private void penalties(JsonNode layers) {
    List<Tensor> penalties = network.encode(tokens.inputs()).penalties();
    assertThat(penalties).hasSize(layers.size());
    for (int i = 0; i < penalties.size(); i++) {
      double expected = layers.get(i).get("aux").asDouble();
      assertThat(number(penalties.get(i)))
          .as("penalty of layer %d", i)
          .isCloseTo(expected, within(expected * gradientTolerance()));
    }
  }

  private void gradients(JsonNode recorded) {
    double squares = 0;
    for (JsonNode gradient : recorded.get("grads")) {
      String name = gradient.get("name").asString();
      double norm = number(gradient(name).norm());
      double expected = gradient.get("l2").asDouble();
      assertThat(norm).as(name).isCloseTo(expected, within(expected * gradientTolerance()));
      squares += norm * norm;
    }
    double total = recorded.get("total_grad_l2").asDouble();
    assertThat(Math.sqrt(squares)).isCloseTo(total, within(total * gradientTolerance()));
    // Nothing is left out: the recorded gradients are all that there are.
    double all =
        network.parameters().stream()
            .mapToDouble(p -> square(number(p.tensor().grad().norm())))
            .sum();
    assertThat(Math.sqrt(all)).isCloseTo(total, within(total * gradientTolerance()));
  }

  /** By the original's name: an expert's is a block of the stacked one. */
  private Tensor gradient(String name) {
    Matcher expert = EXPERT.matcher(name);
    if (!expert.matches()) {
      return network.state().get(name).grad();
    }
    String stacked = expert.group(1) + "." + expert.group(3);
    Parameter parameter =
        network.parameters().stream()
            .filter(p -> p.name().equals(stacked))
            .findFirst()
            .orElseThrow();
    return parameter.matrices(parameter.tensor().grad()).select(0, Long.parseLong(expert.group(2)));
  }

  /** The first token of a row is not rotated: no table stands between it and the original. */
  private double logitTolerance(int index) {
    JsonNode config = golden.json().get("config");
    int perRow = config.get("T").asInt() * config.get("vocab_size").asInt();
    boolean first = index % perRow < config.get("vocab_size").asInt();
    return type == ScalarType.Double && first ? GoldenModelTest.TIGHT : logitTolerance();
  }

  private double logitTolerance() {
    return tolerance("logits_maxabs");
  }

  private double gradientTolerance() {
    return tolerance("grad_l2_maxrel");
  }

  private double tolerance(String key) {
    if (type == ScalarType.Double) {
      return golden.json().has("rope") ? TABLE : GoldenModelTest.TIGHT;
    }
    return 10 * golden.json().get("fp32_vs_fp64").get(key).asDouble();
  }

  private static double square(double x) {
    return x * x;
  }

  private static double number(Tensor scalar) {
    return scalar.to(ScalarType.Double).item_double();
  }

  private static double[] numbers(Tensor tensor) {
    Tensor wide = tensor.detach().to(ScalarType.Double).contiguous();
    double[] values = new double[(int) wide.numel()];
    wide.data_ptr_double().get(values);
    return values;
  }
}
