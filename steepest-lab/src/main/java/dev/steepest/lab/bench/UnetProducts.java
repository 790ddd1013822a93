package dev.steepest.lab.bench;

import dev.steepest.lab.bench.Product.Filtering;
import dev.steepest.lab.bench.Product.Matrices;
import dev.steepest.lab.model.denoise.SmallUnet;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The products that a batch makes in a {@link SmallUnet}, from the shapes of its weights. */
public final class UnetProducts {
  private UnetProducts() {}

  /** All of them: convolutions, linear layers, and the two products inside every attention. */
  public static List<Product> of(SmallUnet network, int batch) {
    int fine = network.conditions().size() / 2;
    int coarse = fine / 2;
    List<Product> products = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      String name = parameter.name();
      Tensor weight = parameter.tensor();
      int pixels = isCoarse(name) ? coarse : fine;
      if (weight.dim() == 4) {
        products.add(
            new Filtering(
                batch,
                (int) weight.size(1),
                (int) weight.size(0),
                (int) weight.size(2),
                name.startsWith("halve") ? 2 : 1,
                pixels,
                parameter.role() != Role.INPUT));
      } else if (parameter.role() == Role.MATRIX) {
        int out = (int) weight.size(0);
        int tokens = coarse * coarse;
        boolean attention = name.startsWith("attention");
        int rows = attention ? batch * tokens : batch;
        products.add(new Matrices(1, rows, (int) weight.size(1), out));
        if (name.endsWith(".q.weight")) {
          // Queries with keys, then weights with values.
          int heads = SmallUnet.heads(out);
          products.add(new Matrices(batch * heads, tokens, out / heads, tokens));
          products.add(new Matrices(batch * heads, tokens, tokens, out / heads));
        }
      }
    }
    return List.copyOf(products);
  }

  private static boolean isCoarse(String name) {
    return name.startsWith("middle") || name.startsWith("grow");
  }
}
