package dev.steepest.study.experiment;

import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;

/**
 * One setting: its name, type, range and default.
 *
 * @param name as it stands in the file
 * @param type of its value
 * @param preset the default; empty where a value must be given, {@link Default#INHERITED} where it
 *     follows from others
 * @param range allowed values in words, e.g. {@code "[0, 1)"}; empty where all are
 * @param within tests a number against {@code range}
 * @param choices allowed words, for {@link Type#WORD}; empty allows any
 * @param about one line for help, with the unit
 */
public record Key(
    String name,
    Type type,
    Optional<Object> preset,
    String range,
    DoublePredicate within,
    List<String> choices,
    String about) {

  /** In place of a default that is a value. */
  public enum Default {
    /** {@link Vocabulary#complete} fills it in from the other settings. */
    INHERITED
  }

  public enum Type {
    WHOLE("a whole number"),
    NUMBER("a number"),
    FLAG("true or false"),
    WORD("a word");

    private final String inWords;

    Type(String inWords) {
      this.inWords = inWords;
    }

    String inWords() {
      return inWords;
    }
  }

  public Key {
    choices = List.copyOf(choices);
  }

  public static Key whole(String name, long preset, long least, long most, String about) {
    String range = most == Long.MAX_VALUE ? "at least " + least : least + " to " + most;
    return new Key(
        name,
        Type.WHOLE,
        Optional.of(preset),
        range,
        v -> v >= least && v <= most,
        List.of(),
        about);
  }

  public static Key number(
      String name, double preset, String range, DoublePredicate within, String about) {
    return new Key(name, Type.NUMBER, Optional.of(preset), range, within, List.of(), about);
  }

  public static Key flag(String name, boolean preset, String about) {
    return new Key(name, Type.FLAG, Optional.of(preset), "", _ -> true, List.of(), about);
  }

  public static Key word(String name, String preset, List<String> choices, String about) {
    return new Key(name, Type.WORD, Optional.of(preset), "", _ -> true, choices, about);
  }
}
