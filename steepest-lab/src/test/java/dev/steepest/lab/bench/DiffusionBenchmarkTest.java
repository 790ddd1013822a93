package dev.steepest.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.bench.DiffusionBenchmark.Result;
import dev.steepest.lab.bench.Product.Filtering;
import dev.steepest.lab.bench.Product.Matrices;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.SmallUnet;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;

class DiffusionBenchmarkTest {
  private static final Conditions GREY = new Conditions(1, 32, 10, 2);

  @Test
  void productsAreThoseOfTheNetwork() {
    try (SmallUnet network = new SmallUnet(SmallUnet.Config.of(GREY), 1)) {
      List<Product> products = UnetProducts.of(network, 4);
      long filters =
          network.parameters().stream()
              .filter(p -> p.tensor().dim() == 4)
              .mapToLong(p -> p.tensor().numel())
              .sum();
      assertThat(
              filters(products)
                  .mapToLong(f -> (long) f.in() * f.out() * f.kernel() * f.kernel())
                  .sum())
          .isEqualTo(filters);
      long matrices = network.parameters().stream().filter(p -> p.role() == Role.MATRIX).count();
      assertThat(products.stream().filter(Matrices.class::isInstance)).hasSize((int) matrices + 4);
      assertThat(filters(products).filter(f -> !f.wantsInput())).hasSize(1);
      double each = products.stream().mapToDouble(Product::multiplyAdds).sum() / 4;
      assertThat(each).isCloseTo(54.9e6, within(.3e6));
    }
  }

  private static java.util.stream.Stream<Filtering> filters(List<Product> products) {
    return products.stream().filter(Filtering.class::isInstance).map(Filtering.class::cast);
  }

  @Test
  void stepAndProductsAreMeasuredInTheSameRounds() {
    Device cpu = new Device("cpu");
    try (SmallUnet network =
            new SmallUnet(new SmallUnet.Config(new Conditions(1, 8, 2, 2), 8, 1), 1);
        Optimizer adam = Preset.named("adam").on(network.parameters(), Map.of("lr", 1e-4), 1);
        NoiseStep step = new NoiseStep(network, adam, 2, 1, Precision.FP32, cpu);
        ProductFloor floor =
            new ProductFloor(UnetProducts.of(network, 2), 1, Precision.FP32, cpu)) {
      List<DiffusionBenchmark.Round> heard = new ArrayList<>();
      Result result = DiffusionBenchmark.run(step, floor, 2, heard::add);
      assertThat(result.rounds()).hasSize(2).isEqualTo(heard);
      assertThat(result.step().least()).isPositive();
      assertThat(result.floor().least()).isPositive();
      assertThat(result.share().most())
          .isEqualTo(Math.max(heard.get(0).share(), heard.get(1).share()));
    }
  }
}
