package dev.steepest.lab.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the weights of a name are. */
public final class WeightPlaces {
  /** In the data folder. */
  static final String FOLDER = "weights";

  private static final List<String> ENDINGS = List.of(".safetensors", ".pth", ".pt");

  private WeightPlaces() {}

  /**
   * The file that is meant: the path itself, or {@code weights/NAME.safetensors} or {@code .pth} in
   * the data folder.
   *
   * @throws UnusableWeightsException if there is none, with those that there are
   */
  public static Path find(String given, Path dataFolder) {
    try {
      Path direct = Path.of(given);
      if (Files.isRegularFile(direct)) {
        return direct;
      }
      Path folder = dataFolder.resolve(FOLDER);
      Optional<Path> named =
          Stream.concat(Stream.of(""), ENDINGS.stream())
              .map(ending -> folder.resolve(given + ending))
              .filter(Files::isRegularFile)
              .findFirst();
      return named.orElseThrow(() ->
          new UnusableWeightsException(
              direct,
              "there is no such file, and %s has %s".formatted(folder, listed(folder)),
              remedy(given)));
    } catch (InvalidPathException e) {
      throw new UnusableWeightsException(
          dataFolder.resolve(FOLDER),
          "'%s' is no path (%s)".formatted(given, e.getReason()),
          "Give a file, or a name.",
          e);
    }
  }

  private static String remedy(String given) {
    return PublishedWeights.all().stream().anyMatch(known -> known.file().equals(given))
        ? "Fetch it: ./steepest data fetch %s/%s".formatted(FOLDER, given)
        : "Give the path of a .safetensors or .pth file, or one of these names; these can be fetched"
            + " with ./steepest data fetch: %s."
                .formatted(String.join(", ", PublishedWeights.names()));
  }

  private static String listed(Path folder) {
    if (!Files.isDirectory(folder)) {
      return "none (it is not there)";
    }
    try (Stream<Path> files = Files.list(folder)) {
      String names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> ENDINGS.stream().anyMatch(name::endsWith))
              .sorted()
              .limit(20)
              .collect(Collectors.joining(", "));
      return names.isEmpty() ? "none" : names;
    } catch (IOException e) {
      return "none that can be listed (%s)".formatted(e.getMessage());
    }
  }
}
