package dev.steepest.cli;

import dev.steepest.lab.bench.AirbenchResult;
import dev.steepest.lab.bench.AirbenchResult.Figure;
import dev.steepest.lab.bench.ConvolutionFloor.Call;
import dev.steepest.lab.bench.ConvolutionShape;
import dev.steepest.lab.bench.ConvolutionShape.Pass;
import dev.steepest.lab.bench.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code bench airbench} prints. */
final class AirbenchText {
  private AirbenchText() {}

  static List<String> header(Map<String, String> facts) {
    return List.of(
        "%s, batch %s, %s channels-last, optimizer of %s; %s rounds of %s steps, one more before them"
            .formatted(
                facts.get("model"),
                facts.get("batch"),
                facts.get("precision"),
                facts.get("recipe"),
                facts.get("rounds"),
                facts.get("steps")),
        "whitening bias %s, as in the %s epochs of a run; kernels: %s"
            .formatted(
                facts.get("whitening bias"),
                facts.get("whitening bias").equals("frozen") ? "later" : "first",
                facts.get("kernels")),
        BenchOptions.machine(facts));
  }

  static String round(AirbenchResult.Round round) {
    String own =
        text(
            "  full %8.1f   bare %8.1f   convolutions %8.1f",
            round.full(), round.bare(), round.floor());
    String peer = round.peer().isPresent() ? text("   peer %8.1f", round.peer().getAsDouble()) : "";
    return own + peer + " images/s";
  }

  static List<String> summary(AirbenchResult result) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(text("%-22s %10s %10s %10s %10s", "images/s", "median", "least", "most", "GFLOP/s"));
    for (Figure figure : result.speeds()) {
      Spread s = figure.spread();
      lines.add(
          text(
              "%-22s %10.1f %10.1f %10.1f %10.1f",
              figure.measure(),
              s.median(),
              s.least(),
              s.most(),
              s.median() * result.trainingGflop()));
    }
    lines.add(
        text(
            "(%.4f GFLOP per training image: three times the %.4f of the convolutions' forward pass)",
            result.trainingGflop(), result.forwardGflop()));
    lines.add("");
    lines.add(text("%-22s %10s %10s %10s", "ratio within a round", "median", "least", "most"));
    for (Figure figure : result.ratios()) {
      Spread s = figure.spread();
      lines.add(
          text("%-22s %10.4f %10.4f %10.4f", figure.measure(), s.median(), s.least(), s.most()));
    }
    lines.add("");
    lines.addAll(convolutions(result));
    result
        .rounds()
        .getLast()
        .residentBytes()
        .ifPresent(bytes -> {
          lines.add("");
          lines.add(text("resident memory after the last round: %.2f GB", bytes / 1e9));
        });
    return lines;
  }

  /** One line per convolution: median milliseconds and GFLOP/s of each pass. */
  private static List<String> convolutions(AirbenchResult result) {
    Map<ConvolutionShape, Map<Pass, String>> cells = new LinkedHashMap<>();
    double[] total = new double[Pass.values().length];
    for (int i = 0; i < result.calls().size(); i++) {
      Call call = result.calls().get(i);
      double ms = result.callTimes().get(i).spread().median();
      total[call.pass().ordinal()] += ms;
      cells
          .computeIfAbsent(call.shape(), _ -> new LinkedHashMap<>())
          .put(call.pass(), text("%8.2f %7.1f", ms, call.shape().operations() / ms / 1e6));
    }
    StringBuilder title = new StringBuilder(text("%-40s", "convolutions: ms, GFLOP/s"));
    StringBuilder sum = new StringBuilder(text("%-40s", "sum"));
    for (Pass pass : Pass.values()) {
      title.append(text("  %16s", pass));
      sum.append(text("  %8.2f %7s", total[pass.ordinal()], ""));
    }
    List<String> lines = new ArrayList<>();
    lines.add(title.toString());
    cells.forEach((shape, row) -> {
      StringBuilder line = new StringBuilder(text("%-40s", name(shape)));
      for (Pass pass : Pass.values()) {
        line.append(text("  %16s", row.getOrDefault(pass, "-")));
      }
      lines.add(line.toString());
    });
    lines.add(sum.toString().stripTrailing());
    return lines;
  }

  private static String name(ConvolutionShape shape) {
    return "%s %d→%d %d×%d on %d×%d"
        .formatted(
            shape.name(),
            shape.in(),
            shape.out(),
            shape.kernel(),
            shape.kernel(),
            shape.pixels(),
            shape.pixels());
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
