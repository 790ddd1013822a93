package dev.steepest.study.compare;

import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A benchmark for the terminal: a line per arm, and a line per arm against the baseline. */
final class BenchmarkText {
  /** What stands for a value that does not exist; never a zero. */
  private static final String ABSENT = "–";

  private BenchmarkText() {}

  static String of(Benchmark benchmark, double level) {
    String ci = " [" + Numbers.shortest(100 * level) + " % CI]";
    return arms(benchmark, ci) + contrasts(benchmark, ci);
  }

  private static String arms(Benchmark benchmark, String ci) {
    Quantity accuracy = benchmark.accuracy();
    TextTable table =
        new TextTable(
            1,
            List.of(
                "whole runs, mean ± sd",
                heading(accuracy, ", ") + ci + " (n)",
                heading(Benchmark.SECONDS, ", ") + ci + " (n)"));
    for (Benchmark.Arm arm : benchmark.arms()) {
      table.add(
          List.of(
              arm.name(),
              sample(arm.accuracy(), accuracy),
              sample(arm.seconds(), Benchmark.SECONDS)));
    }
    return table.render(VerdictText.WIDTH, "  ");
  }

  private static String sample(Optional<Benchmark.Sample> sample, Quantity quantity) {
    if (sample.isEmpty()) {
      return ABSENT;
    }
    Summary s = sample.get().summary();
    String spread = s.sd().isPresent() ? " ± " + quantity.number(s.sd().getAsDouble()) : "";
    String interval = s.interval().map(i -> " " + bounds(quantity, i)).orElse("");
    return quantity.number(s.mean()) + spread + interval + " (" + s.n() + ")";
  }

  private static String contrasts(Benchmark benchmark, String ci) {
    if (benchmark.accuracies().isEmpty()) {
      return "";
    }
    TextTable table =
        new TextTable(
            1,
            List.of(
                "against " + benchmark.accuracies().getFirst().baseline(),
                "difference" + ci,
                "Holm p",
                "time ratio" + ci,
                "speed-up",
                "Holm p"));
    for (int i = 0; i < benchmark.accuracies().size(); i++) {
      BenchmarkContrast accuracy = benchmark.accuracies().get(i);
      BenchmarkContrast time = benchmark.times().get(i);
      List<String> row = new ArrayList<>(List.of(accuracy.arm()));
      row.add(difference(accuracy));
      row.add(p(accuracy.holm()));
      row.add(ratio(time));
      row.add(speedUp(time));
      row.add(p(time.holm()));
      table.add(row);
    }
    boolean paired =
        Stream.concat(benchmark.accuracies().stream(), benchmark.times().stream())
            .anyMatch(contrast -> contrast.paired().isPresent());
    return "\n"
        + table.render(VerdictText.WIDTH, "  ")
        + "  Welch's tests, runs taken as independent; "
        + (paired
            ? "the verdict rests on pairs.\n"
            : "there are no pairs for a verdict to rest on.\n");
  }

  private static String difference(BenchmarkContrast contrast) {
    if (contrast.difference().isEmpty()) {
      return ABSENT;
    }
    Quantity q = contrast.quantity();
    return q.signed(contrast.difference().getAsDouble())
        + contrast.welch().map(w -> " " + bounds(q, w.interval())).orElse("");
  }

  private static String ratio(BenchmarkContrast time) {
    return time.ratio().isEmpty()
        ? ABSENT
        : Numbers.fixed(time.ratio().getAsDouble(), 3)
            + time.ratioInterval()
                .map(
                    i -> " [" + Numbers.fixed(i.low(), 3) + ", " + Numbers.fixed(i.high(), 3) + "]")
                .orElse("");
  }

  private static String speedUp(BenchmarkContrast time) {
    OptionalDouble percent = time.speedUpPercent();
    return percent.isEmpty()
        ? ABSENT
        : (percent.getAsDouble() < 0 ? "" : "+") + Numbers.fixed(percent.getAsDouble(), 2) + " %";
  }

  private static String heading(Quantity quantity, String gap) {
    return quantity.label() + (quantity.symbol().isEmpty() ? "" : gap + quantity.symbol());
  }

  private static String bounds(Quantity quantity, Interval i) {
    return "[" + quantity.number(i.low()) + ", " + quantity.number(i.high()) + "]";
  }

  private static String p(OptionalDouble p) {
    return p.isPresent() ? Numbers.bareP(p.getAsDouble()) : ABSENT;
  }
}
