package dev.steepest.lab.data.source;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where data sets lie on this machine. */
public final class DataFolder {

  /** Environment variable that names the folder. */
  public static final String VARIABLE = "STEEPEST_DATA";

  private DataFolder() {}

  /** The {@code --data-dir} flag, else {@code STEEPEST_DATA}, else {@code ~/.steepest/data}. */
  public static Path resolve(Optional<Path> flag) {
    return resolve(flag, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static Path resolve(Optional<Path> flag, Map<String, String> environment, Path home) {
    return flag.or(() ->
            Optional.ofNullable(environment.get(VARIABLE))
                .filter(value -> !value.isBlank())
                .map(Path::of))
        .orElseGet(() -> home.resolve(".steepest").resolve("data"))
        .toAbsolutePath()
        .normalize();
  }
}
