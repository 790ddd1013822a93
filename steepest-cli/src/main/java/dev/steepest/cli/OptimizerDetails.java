package dev.steepest.cli;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All that is known of one preset, rule or wrapper, as text. */
final class OptimizerDetails {
  private final Console console;
  private final OptimizerMeasurements measured;
  private final List<OptimizerCard> cards;

  OptimizerDetails(Console console, OptimizerMeasurements measured) {
    this.console = console;
    this.measured = measured;
    this.cards =
        Stream.concat(OptimizerCard.rules().stream(), OptimizerCard.wrappers().stream()).toList();
  }

  /** Shows the preset of this name with its rules, else the rule or wrapper. */
  void show(String name) {
    Optional<Preset> preset =
        Preset.all().stream().filter(p -> plain(p.name()).equals(plain(name))).findFirst();
    if (preset.isPresent()) {
      show(preset.get());
      return;
    }
    OptimizerCard card =
        cards.stream()
            .filter(c -> plain(c.name()).equals(plain(name)))
            .findFirst()
            .orElseThrow(() -> unknown(name));
    show(card, card.knobs());
  }

  private void show(Preset preset) {
    console.say(preset.name() + ": " + preset.about());
    for (Preset.Slot slot : preset.slots()) {
      OptimizerCard card =
          cards.stream()
              .filter(c -> c.title().equals(slot.rule().getSimpleName()))
              .findFirst()
              .orElseThrow();
      console.say("");
      console.say(
          "%s, on %s"
              .formatted(
                  slot.key().isEmpty() ? "main part" : "part '" + slot.key() + "'",
                  String.join(
                      ", ",
                      slot.roles().stream().map(r -> r.name().toLowerCase(Locale.ROOT)).toList())));
      show(card, preset.knobs(slot));
    }
  }

  private void show(OptimizerCard card, List<Knobs.Declared> knobs) {
    Source source = card.source();
    console.say(card.title());
    if (source != null) {
      say("source", "%s, %s, %d".formatted(source.title(), source.authors(), source.year()));
      say("", source.url());
      if (!source.algorithm().isEmpty()) {
        say("follows", source.algorithm());
      }
      if (!source.deviations().isEmpty()) {
        say("otherwise", source.deviations());
      }
    }
    say(
        "state",
        "%s bytes per element (matrix of %d²; vector)"
            .formatted(OptimizerPage.state(card), OptimizerCard.SIDE));
    List<OptimizerMeasurements.Cost> costs = measured.costsOf(card.name());
    if (costs.isEmpty()) {
      say("cost", "not measured");
    }
    costs.forEach(cost ->
        say(
            "cost",
            "%s times SGD's step on %s (± %s)".formatted(cost.toSgd(), cost.set(), cost.spread())));
    say("golden", measured.goldenOf(card.name()) + " recorded runs followed");
    for (Knobs.Declared knob : knobs) {
      console.say(
          "  %-18s %s (%s), default %s; %s%s"
              .formatted(
                  knob.key(),
                  knob.about(),
                  knob.symbol(),
                  knob.defaultValue(),
                  knob.allowed(),
                  knob.activeWith().isEmpty() ? "" : "; acts with " + knob.activeWith()));
    }
  }

  private void say(String what, String text) {
    console.say("  %-10s %s".formatted(what, text));
  }

  private UserError unknown(String name) {
    Set<String> known = new LinkedHashSet<>();
    Preset.all().forEach(preset -> known.add(preset.name()));
    List<String> names = new ArrayList<>(cards.stream().map(OptimizerCard::name).toList());
    known.addAll(names);
    return new UserError(
        "There is no optimizer '%s'. There are: %s.".formatted(name, String.join(", ", known)));
  }

  /** {@code adam_w}, {@code AdamW} and {@code adamw} are one name. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
