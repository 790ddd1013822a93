package dev.steepest.lab.data.cache;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where decoded images lie on this machine. */
public final class CacheFolder {

  /** Environment variable that names the folder. */
  public static final String VARIABLE = "STEEPEST_CACHE";

  /** System property that names it, before the variable. */
  public static final String PROPERTY = "steepest.cache";

  private CacheFolder() {}

  /** The property, else the variable, else {@code ~/.steepest/cache}. */
  public static Path resolve() {
    return resolve(
        Optional.ofNullable(System.getProperty(PROPERTY)),
        System.getenv(),
        Path.of(System.getProperty("user.home")));
  }

  static Path resolve(Optional<String> property, Map<String, String> environment, Path home) {
    return property
        .or(() -> Optional.ofNullable(environment.get(VARIABLE)))
        .filter(value -> !value.isBlank())
        .map(Path::of)
        .orElseGet(() -> home.resolve(".steepest").resolve("cache"))
        .toAbsolutePath()
        .normalize();
  }
}
