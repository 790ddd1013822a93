package dev.steepest.optim.linalg;

import dev.steepest.optim.linalg.Orthogonalizer.Method;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The tables of {@code docs/orthogonality.md}. */
final class OrthogonalityReport {

  static final int M = 128;
  static final int N = 512;
  private static final int ROUNDS = 9;

  /** A named way to orthogonalise. */
  record Variant(String name, Method method, int iterations, Prescaling prescaling) {

    Orthogonalizer in(Precision precision, Form form) {
      return new Orthogonalizer(method, iterations, 1e-7, NormGuard.ADD, precision)
          .with(prescaling)
          .with(form);
    }
  }

  static final List<Variant> VARIANTS =
      List.of(
          new Variant("NS5 (quintic)", Method.QUINTIC, 5, Prescaling.FROBENIUS),
          new Variant("NS3 (quintic)", Method.QUINTIC, 3, Prescaling.FROBENIUS),
          new Variant("five triples", Method.FIVE_TRIPLES, 5, Prescaling.FROBENIUS),
          new Variant(
              "Turbo (AOL, four of the five triples)", Method.FIVE_TRIPLES, 4, Prescaling.AOL),
          new Variant(
              "Polar Express, speedrun", Method.POLAR_EXPRESS_SPEEDRUN, 5, Prescaling.FROBENIUS),
          new Variant(
              "Polar Express, authors", Method.POLAR_EXPRESS_AUTHORS, 5, Prescaling.FROBENIUS),
          new Variant(
              "Polar Express, authors", Method.POLAR_EXPRESS_AUTHORS, 8, Prescaling.FROBENIUS),
          new Variant("cubic", Method.CUBIC, 15, Prescaling.FROBENIUS),
          new Variant("convergent quintic", Method.QUINTIC_CONVERGENT, 10, Prescaling.FROBENIUS),
          new Variant("SVD", Method.SVD, 1, Prescaling.FROBENIUS));

  /**
   * One row but its time.
   *
   * @param bands of output singular values for inputs from .01 and from .001: least, largest twice
   * @param defect largest singular value of OOᵀ − I for inputs from .01
   */
  record Row(
      Variant variant,
      Precision precision,
      Form form,
      Products products,
      double[] bands,
      double defect) {

    String key() {
      return "| %s | %s | %s | %s | %s |"
          .formatted(
              variant.name(),
              variant.method() == Method.SVD ? "–" : variant.iterations(),
              precision == Precision.PARAMETER
                  ? "float64"
                  : precision.name().toLowerCase(Locale.ROOT),
              form == Form.AUTO ? "–" : form.name().toLowerCase(Locale.ROOT),
              form == Form.AUTO ? "–" : products.wide() + " + " + products.square());
    }

    String numbers() {
      return " %.3f – %.3f | %.3f – %.3f | %.3f |"
          .formatted(bands[0], bands[1], bands[2], bands[3], defect);
    }
  }

  private OrthogonalityReport() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (Variant variant : VARIANTS) {
        for (Precision precision : Precision.values()) {
          if (variant.method() == Method.SVD) {
            if (precision == Precision.PARAMETER) {
              rows.add(row(variant, precision, Form.AUTO));
            }
          } else {
            rows.add(row(variant, precision, Form.DIRECT));
            rows.add(row(variant, precision, Form.GRAM));
          }
        }
      }
    }
    return rows;
  }

  private static Row row(Variant variant, Precision precision, Form form) {
    try (PointerScope _ = new PointerScope()) {
      Orthogonalizer orthogonalizer = variant.in(precision, form);
      Tensor o = orthogonalizer.apply(Spectrum.from(0.01, M, N)).to(ScalarType.Double);
      Tensor s = Spectrum.singularValues(o);
      Tensor small = Spectrum.singularValues(orthogonalizer.apply(Spectrum.from(0.001, M, N)));
      double[] bands = {
        s.min().item_double(), s.max().item_double(),
        small.min().item_double(), small.max().item_double()
      };
      double defect = s.square().sub(new Scalar(1.0)).abs().max().item_double();
      return new Row(
          variant,
          precision,
          form,
          orthogonalizer.products(M, N, ScalarType.Double),
          bands,
          defect);
    }
  }

  /** Processor time over that of the direct NS5 in the same precision; one thread. */
  static double relativeTime(Row row) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      boolean wide = row.precision() == Precision.PARAMETER;
      Tensor g = Spectrum.from(0.01, M, N).to(wide ? ScalarType.Double : ScalarType.Float);
      Orthogonalizer base = VARIANTS.getFirst().in(row.precision(), Form.DIRECT);
      Orthogonalizer candidate = row.variant().in(row.precision(), row.form());
      double[] ratios = new double[ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        long start = threads.getCurrentThreadCpuTime();
        base.apply(g);
        long middle = threads.getCurrentThreadCpuTime();
        candidate.apply(g);
        long end = threads.getCurrentThreadCpuTime();
        ratios[Math.max(round, 0)] = (end - middle) / (double) (middle - start);
      }
      Arrays.sort(ratios);
      return ratios[ROUNDS / 2];
    }
  }

  /** The table of networks, one line per shape and precision. */
  static List<String> networks() {
    torch.globalContext().setFloat32MatmulPrecision("medium");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<String> lines = new ArrayList<>();
    for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT32)) {
      for (var network : OrthogonalizationBenchmark.Network.values()) {
        double straightforward = 0;
        double ours = 0;
        Orthogonalizer orthogonalizer = VARIANTS.getFirst().in(precision, Form.AUTO);
        for (var result :
            OrthogonalizationBenchmark.run(
                network.shapes(), orthogonalizer, 5, threads::getCurrentThreadCpuTime)) {
          double one = median(result.straightforward());
          double two = median(result.orthogonalizer());
          straightforward += one;
          ours += two;
          var shape = result.shape();
          Products products =
              orthogonalizer.products(shape.rows(), shape.columns(), ScalarType.Float);
          lines.add(
              "| %s | %s | %d × %d×%d | %d + %d | %.1f | %.1f | %.2f |"
                  .formatted(
                      network.name(),
                      precision.name().toLowerCase(Locale.ROOT),
                      shape.count(),
                      shape.rows(),
                      shape.columns(),
                      products.wide(),
                      products.square(),
                      one,
                      two,
                      result.speedup()));
        }
        lines.add(
            "| **%s** | **%s** | **all** | | **%.1f** | **%.1f** | **%.2f** |"
                .formatted(
                    network.name(),
                    precision.name().toLowerCase(Locale.ROOT),
                    straightforward,
                    ours,
                    straightforward / ours));
      }
    }
    return lines;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
