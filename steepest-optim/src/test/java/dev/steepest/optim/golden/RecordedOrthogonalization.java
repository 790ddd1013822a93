package dev.steepest.optim.golden;

import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Triples;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Recorded ways to orthogonalise, as numbers or in words. */
final class RecordedOrthogonalization {

  private static final Pattern EPS = Pattern.compile("eps(?:ilon)?\\s*=?\\s*([0-9.e-]+)");
  private static final Pattern STEPS = Pattern.compile("(\\d+)\\s*(?:steps|iterations)");

  private RecordedOrthogonalization() {}

  /** The set whose first triples (a, b, c) these are. */
  static Orthogonalizer.Method ofTriples(List<JsonNode> coefficients) {
    return Arrays.stream(Triples.values())
        .filter(set -> has(set, coefficients))
        .map(set -> Orthogonalizer.Method.valueOf(set.name()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no set of triples is " + coefficients));
  }

  private static boolean has(Triples set, List<JsonNode> coefficients) {
    for (int i = 0; i < coefficients.size(); i++) {
      JsonNode c = coefficients.get(i);
      Triples.Triple recorded =
          new Triples.Triple(c.get(0).asDouble(), c.get(1).asDouble(), c.get(2).asDouble());
      if (!set.at(i).equals(recorded)) {
        return false;
      }
    }
    return true;
  }

  /** Takes what is recorded in words under {@code name}, with the iterations that they speak of. */
  static void read(Recorded r, String name) {
    if (!r.has(name)) {
      return;
    }
    String words = r.take(name).asString().toLowerCase(Locale.ROOT);
    r.set("orthogonalization", ofWords(words));
    Matcher eps = EPS.matcher(words);
    if (eps.find() && Double.parseDouble(eps.group(1)) != 1e-7) {
      throw new IllegalArgumentException("an eps other than 1e-7 in the words '" + words + "'");
    }
    Matcher steps = STEPS.matcher(words);
    if (steps.find()) {
      r.set("ns_steps", Long.parseLong(steps.group(1)));
    }
  }

  private static String ofWords(String words) {
    if (words.contains("svd") || words.contains("exact") || words.contains("polar factor")) {
      return "svd";
    }
    String plain = words.replaceAll("[^a-z0-9]", "");
    if (plain.contains("polarexpress")) {
      boolean speedrun = plain.contains("dion") || plain.contains("nanogpt");
      return speedrun ? "polar_express_speedrun" : "polar_express_authors";
    }
    if (plain.contains("cubic")) {
      return "cubic";
    }
    if (plain.contains("fivetriples") || plain.contains("5triples")) {
      return "five_triples";
    }
    if (plain.contains("convergent")) {
      return "quintic_convergent";
    }
    if (plain.contains("ns5") || plain.contains("newtonschulz") || plain.contains("quintic")) {
      return "quintic";
    }
    throw new IllegalArgumentException("no orthogonalisation for " + words);
  }
}
