package dev.steepest.cli;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page docs/optimizers.md: every preset, rule and wrapper, from their declarations. */
final class OptimizerPage {

  /** What makes the page. */
  static final String COMMAND = "./steepest list optimizers --markdown > docs/optimizers.md";

  /** Test class to the heading of its column. */
  private static final Map<String, String> CONTRACTS = contracts();

  private final OptimizerMeasurements measured;
  private final StringBuilder page = new StringBuilder();

  private OptimizerPage(OptimizerMeasurements measured) {
    this.measured = measured;
  }

  static String of(OptimizerMeasurements measured) {
    return new OptimizerPage(measured).write();
  }

  private String write() {
    List<OptimizerCard> rules = OptimizerCard.rules();
    List<OptimizerCard> wrappers = OptimizerCard.wrappers();
    say("<!-- Made by: %s -->", COMMAND);
    say("# Optimizers");
    say("");
    say(
        "Generated from the declarations in the code. *State* is what is kept between steps, in bytes per element of a");
    say(
        "float32 parameter: of a %1$d×%1$d matrix, then of a vector of %1$d; a dash where the rule takes none. *Cost* is the time",
        OptimizerCard.SIDE);
    say(
        "of a step in multiples of SGD's on the same parameters. *Golden* counts the recorded runs of reference");
    say(
        "implementations that the rule follows within the tolerance of the golden tests, at each step.");
    say("");
    measured.about().forEach(line -> say("Costs: %s  ", line));
    if (measured.about().isEmpty()) {
      say("Costs have not been measured yet.");
    }
    presets();
    table("Rules", rules);
    if (!wrappers.isEmpty()) {
      table("Wrappers", wrappers);
    }
    if (!measured.conformance().isEmpty()) {
      conformance(Stream.concat(rules.stream(), wrappers.stream()).toList());
    }
    rules.forEach(this::details);
    wrappers.forEach(this::details);
    return page.toString();
  }

  private void presets() {
    say("");
    say("## Presets");
    say("");
    say(
        "What experiment files and `Preset.named` call by name: a partition of the parameters by role.");
    say("");
    say("| name | what | parts |");
    say("|---|---|---|");
    for (Preset preset : Preset.all()) {
      String parts =
          preset.slots().stream()
              .map(slot ->
                  "%s: %s"
                      .formatted(
                          slot.key().isEmpty() ? "main" : "`" + slot.key() + "`",
                          slot.rule().getSimpleName()))
              .collect(Collectors.joining(", "));
      say("| `%s` | %s | %s |", preset.name(), cell(preset.about()), parts);
    }
  }

  private void table(String heading, List<OptimizerCard> cards) {
    say("");
    say("## %s", heading);
    say("");
    say("| name | source | state, B per element | cost | golden |");
    say("|---|---|---|---|---|");
    for (OptimizerCard card : cards) {
      say(
          "| [%s](#%s) | %s | %s | %s | %s |",
          card.title(),
          card.title().toLowerCase(Locale.ROOT),
          link(card.source()),
          state(card),
          cost(card),
          golden(card));
    }
  }

  private void conformance(List<OptimizerCard> cards) {
    say("");
    say("## Conformance");
    say("");
    say(
        "Tests passed of tests made, by `./mvnw verify`. *Contract*: determinism to the bit, saved and loaded state,");
    say(
        "parameters without gradient, zero gradients, float64, float32 and bfloat16, memory layouts, many together as one by");
    say(
        "one; of a wrapper, also around every rule. *Knobs*: every hyper-parameter changes the trajectory. *Hills*: quadratic,");
    say(
        "Rosenbrock, noisy least squares, a small network. *Memory*: nothing kept over 1,000 steps.");
    say("");
    say("| name | golden | %s |", String.join(" | ", CONTRACTS.values()));
    say("|---|---|%s", "---|".repeat(CONTRACTS.size()));
    for (OptimizerCard card : cards) {
      String cells =
          CONTRACTS.keySet().stream()
              .map(contract ->
                  measured
                      .conformanceOf(card.name(), contract)
                      .map(c -> c.passed() + "/" + (c.passed() + c.failed()))
                      .orElse("–"))
              .collect(Collectors.joining(" | "));
      say("| %s | %s | %s |", card.title(), golden(card), cells);
    }
  }

  private static Map<String, String> contracts() {
    Map<String, String> headings = new LinkedHashMap<>();
    headings.put("RuleContractTest", "contract");
    headings.put("WrapperContractTest", "contract of wrappers");
    headings.put("DeadKnobTest", "knobs");
    headings.put("ConvergenceTest", "hills");
    headings.put("MemoryTest", "memory");
    headings.put("BuilderContractTest", "builder");
    return headings;
  }

  private void details(OptimizerCard card) {
    say("");
    say("### %s", card.title());
    say("");
    Source source = card.source();
    if (source != null) {
      say(
          "%s, [%s](%s), %d.%s",
          source.authors(),
          source.title(),
          source.url(),
          source.year(),
          source.algorithm().isEmpty() ? "" : " Follows: " + source.algorithm() + ".");
      if (!source.deviations().isEmpty()) {
        say("");
        say("Otherwise than there: %s.", source.deviations());
      }
    }
    say("");
    List<OptimizerMeasurements.Cost> costs = measured.costsOf(card.name());
    for (OptimizerMeasurements.Cost cost : costs) {
      say(
          "- on %s: %s times SGD's step (%s), %s times forward and backward; one parameter after the other takes %s times as long",
          cost.set(), cost.toSgd(), cost.spread(), cost.toPass(), cost.oneByOne());
    }
    if (!costs.isEmpty()) {
      say("");
    }
    if (card.knobs().isEmpty()) {
      say("No hyper-parameters.");
      return;
    }
    say("| key | symbol | default | allowed | what |");
    say("|---|---|---|---|---|");
    for (Knobs.Declared knob : card.knobs()) {
      say(
          "| `%s` | %s | `%s` | %s | %s%s |",
          knob.key(),
          cell(knob.symbol()),
          knob.defaultValue(),
          cell(knob.allowed()),
          cell(knob.about()),
          knob.activeWith().isEmpty() ? "" : "; acts with `" + knob.activeWith() + "`");
    }
  }

  static String state(OptimizerCard card) {
    return bytes(card.matrixBytes())
        + "; "
        + bytes(card.vectorBytes())
        + (card.keepsGradient() ? "; keeps the gradient" : "");
  }

  private String cost(OptimizerCard card) {
    List<OptimizerMeasurements.Cost> costs = measured.costsOf(card.name());
    return costs.isEmpty()
        ? "not measured"
        : costs.stream()
            .map(c -> c.toSgd() + " (" + c.set() + ")")
            .collect(Collectors.joining(", "));
  }

  private String golden(OptimizerCard card) {
    long runs = measured.goldenOf(card.name());
    return runs == 0 ? "none" : Long.toString(runs);
  }

  private static String bytes(OptionalDouble bytes) {
    if (bytes.isEmpty()) {
      return "–";
    }
    String text = String.format(Locale.ROOT, "%.2f", bytes.getAsDouble());
    return text.replaceFirst("\\.?0+$", "");
  }

  private static String link(Source source) {
    return source == null
        ? "–"
        : "[%s](%s), %d".formatted(cell(source.title()), source.url(), source.year());
  }

  /** Text that a table's cell can hold. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  private void say(String format, Object... values) {
    page.append(values.length == 0 ? format : format.formatted(values)).append('\n');
  }
}
