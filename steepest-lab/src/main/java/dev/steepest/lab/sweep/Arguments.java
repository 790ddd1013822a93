package dev.steepest.lab.sweep;

import dev.steepest.study.experiment.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a sweep's command hands to every trial, as on a command line: {@code --word value}. */
final class Arguments {
  private static final String CONFIGURATION = "config";

  private Arguments() {}

  /** The flat words among them, without the configuration file. */
  static List<Setting> words(List<String> arguments, String file) {
    return all(arguments, file).stream().filter(word -> !word.key().equals(CONFIGURATION)).toList();
  }

  /** The file that {@code --config} names. */
  static Optional<String> configuration(List<String> arguments) {
    return all(arguments, "").stream()
        .filter(word -> word.key().equals(CONFIGURATION))
        .map(Setting::value)
        .reduce((_, later) -> later);
  }

  /** A word without a value is a flag. */
  private static List<Setting> all(List<String> arguments, String file) {
    List<Setting> words = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String word = argument.replaceFirst("^-+", "");
      String where = file + ": command: " + argument;
      int equals = word.indexOf('=');
      if (equals > 0) {
        words.add(new Setting(word.substring(0, equals), word.substring(equals + 1), where));
      } else if (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
        words.add(new Setting(word, arguments.get(++i), where));
      } else {
        words.add(new Setting(word, "true", where));
      }
    }
    return words;
  }
}
