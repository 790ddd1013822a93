package dev.steepest.cli;

import dev.steepest.lab.bench.GptResult;
import dev.steepest.lab.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code bench gpt} prints. */
final class GptText {
  private GptText() {}

  static String round(GptResult.Round round) {
    StringBuilder line = new StringBuilder();
    line.append(
        text(
            "  step %9.1f tokens/s   matrix products %8.1f GFLOP/s",
            round.tokens(), round.peak() / 1e9));
    round.dispatch().ifPresent(ratio -> line.append(text("   experts / dense %.3f", ratio)));
    round.peer().ifPresent(speed -> line.append(text("   peer %9.1f tokens/s", speed)));
    return line.toString();
  }

  static List<String> summary(GptResult result) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(text("%-34s %10s %10s %10s", "", "median", "least", "most"));
    lines.add(row("step, tokens/s", "%10.1f", result.tokens()));
    lines.add(row("floor, tokens/s", "%10.1f", result.floor()));
    lines.add(row("step / floor (target .55 on a CPU)", "%10.4f", result.share()));
    if (result.hasDispatch()) {
      lines.add(row("experts / dense (target 1.25)", "%10.4f", result.dispatch()));
    }
    if (result.hasPeer()) {
      lines.add(row("peer, tokens/s", "%10.1f", result.peer()));
      lines.add(row("step / peer", "%10.4f", result.overPeer()));
    }
    GptResult.Memory memory = result.memory();
    if (memory.peak() > 0) {
      lines.add(
          text(
              "memory of a step: peak %.3f GB, parameters, gradients and optimizer state %.3f GB,"
                  + " ratio %.2f (target below 2 at 8 sequences of 512)",
              memory.peak() / 1e9, memory.state() / 1e9, memory.ratio()));
    }
    lines.add(
        "floor: forward and backward FLOPs, attention causal, at the speed of matrix products"
            + " 2048×2048 (8192 on a GPU) measured in the same rounds; the optimizer not counted");
    return lines;
  }

  private static String row(String name, String number, Spread spread) {
    return text(
        "%-34s " + number + " " + number + " " + number,
        name,
        spread.median(),
        spread.least(),
        spread.most());
  }

  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
