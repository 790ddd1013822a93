package dev.steepest.study.experiment;

import java.util.List;
import java.util.Optional;

/**
 * A section of an experiment file.
 *
 * @param name as it stands in the file, e.g. {@code optimizer}
 * @param about one line for help
 * @param form whether the section chooses a named term or only sets keys
 * @param part whether its values make up the problem or the arms that are compared on it
 * @param preset the term that an absent section stands for; empty where the section is required
 * @param terms what can be chosen; one unnamed term where {@code form} is {@link Form#KEYS}
 */
public record Section(
    String name, String about, Form form, Part part, Optional<String> preset, List<Term> terms) {

  public enum Form {
    /** {@code model: resnet18} or {@code model: {name: resnet18, …}}. */
    CHOICE,
    /** {@code training: {epochs: 80, …}}. */
    KEYS
  }

  public enum Part {
    PROBLEM,
    ARM
  }

  public Section {
    terms = List.copyOf(terms);
    if (form == Form.KEYS && terms.size() != 1) {
      throw new IllegalArgumentException("section " + name + " sets keys, so it has one term");
    }
  }

  /** A section that only sets keys; it may be left out if every key has a default. */
  public static Section ofKeys(String name, String about, Part part, List<Key> keys) {
    return new Section(
        name,
        about,
        Form.KEYS,
        part,
        Optional.of(""),
        List.of(new Term("", about, keys, List.of())));
  }

  Optional<Term> term(String wanted) {
    return terms.stream().filter(t -> t.name().equals(wanted)).findFirst();
  }
}
