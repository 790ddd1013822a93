package dev.steepest.lab.stable;

import dev.steepest.lab.model.stable.DeclaredWeights;
import dev.steepest.tensor.MappedSafetensors;
import dev.steepest.tensor.MappedSafetensors.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network of the folder whose file of weights was compared with what the network needs; of the
 * file, only the header has been read.
 *
 * @param name of its subfolder
 * @param file the weights
 * @param declared what the network needs
 * @param names under which the file has it
 * @param types of elements in the file
 */
record Component(
    String name,
    Path file,
    DeclaredWeights declared,
    Map<String, String> names,
    Set<String> types) {

  private static final int LISTED = 12;

  /** Tables that transformers once stored and that follow from the shape. */
  private static final Set<String> NEEDLESS =
      Set.of("text_model.embeddings.position_ids", "embeddings.position_ids");

  private static final Set<ScalarType> FLOATING =
      Set.of(ScalarType.Float, ScalarType.Half, ScalarType.BFloat16, ScalarType.Double);

  /** Endings of what older versions called the attention of an autoencoder. */
  private static final Map<String, String> OLD_NAMES =
      Map.of(
          ".to_q.", ".query.", ".to_k.", ".key.", ".to_v.", ".value.", ".to_out.0.", ".proj_attn.");

  Component {
    names = Map.copyOf(names);
    types = Set.copyOf(types);
  }

  /**
   * Compares a file's header with what a network needs.
   *
   * @param files the usual names of the file, the best first
   * @param problems gets one entry for each tensor that is missing, misshapen or unexpected, up to
   *     a dozen of a kind
   * @return empty where there are problems
   */
  static Optional<Component> compare(
      Path folder, List<String> files, DeclaredWeights declared, List<String> problems) {
    Optional<Path> file =
        files.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    if (file.isEmpty()) {
      problems.add(missing(folder, files));
      return Optional.empty();
    }
    try (MappedSafetensors weights = MappedSafetensors.open(file.get())) {
      return compare(folder, file.get(), weights.tensors(), declared, problems);
    } catch (IOException e) {
      problems.add(spoken(file.get(), e));
      return Optional.empty();
    }
  }

  private static String spoken(Path file, IOException e) {
    String said = String.valueOf(e.getMessage());
    return said.startsWith(file.toString()) ? said : file + ": " + said;
  }

  private static String missing(Path folder, List<String> files) {
    List<String> pickles =
        files.stream()
            .map(name ->
                name.replace(".safetensors", ".bin").replaceFirst("^model", "pytorch_model"))
            .filter(name -> Files.isRegularFile(folder.resolve(name)))
            .toList();
    return "%s: there is no such file%s"
        .formatted(
            folder.resolve(files.getFirst()),
            pickles.isEmpty()
                ? " (nor " + String.join(", ", files.subList(1, files.size())) + ")"
                : ", only %s, which is a pickle: download the safetensors file of the same model"
                    .formatted(pickles.getFirst()));
  }

  private static Optional<Component> compare(
      Path folder,
      Path file,
      SequencedMap<String, Stored> stored,
      DeclaredWeights declared,
      List<String> problems) {
    Map<String, String> names = new LinkedHashMap<>();
    Set<String> types = new TreeSet<>();
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    declared
        .shapes()
        .forEach((name, shape) -> {
          Optional<String> found = storedName(name, stored);
          if (found.isEmpty()) {
            missing.add("missing %s %s".formatted(name, Arrays.toString(shape)));
            return;
          }
          Stored tensor = stored.get(found.get());
          names.put(name, found.get());
          types.add(tensor.type().intern().name());
          if (!Arrays.equals(tensor.shape(), shape)) {
            misshapen.add(
                "%s has shape %s, expected %s"
                    .formatted(
                        found.get(), Arrays.toString(tensor.shape()), Arrays.toString(shape)));
          } else if (!FLOATING.contains(tensor.type().intern())) {
            misshapen.add(
                "%s is of type %s, no weight".formatted(found.get(), tensor.type().intern()));
          }
        });
    Set<String> unexpected = new HashSet<>(stored.keySet());
    unexpected.removeAll(names.values());
    unexpected.removeAll(NEEDLESS);
    int before = problems.size();
    add(file, "missing", missing, problems);
    add(file, "misshapen", misshapen, problems);
    add(
        file,
        "unexpected",
        unexpected.stream().sorted().map(name -> "unexpected " + name).toList(),
        problems);
    return problems.size() == before
        ? Optional.of(new Component(folder.getFileName().toString(), file, declared, names, types))
        : Optional.empty();
  }

  private static void add(Path file, String kind, List<String> lines, List<String> problems) {
    lines.stream().limit(LISTED).forEach(line -> problems.add(file + ": " + line));
    if (lines.size() > LISTED) {
      problems.add("%s: and %d more tensors are %s".formatted(file, lines.size() - LISTED, kind));
    }
  }

  private static Optional<String> storedName(String name, Map<String, Stored> stored) {
    List<String> candidates = new ArrayList<>(List.of(name));
    OLD_NAMES.forEach((now, before) -> {
      if (name.contains(".mid_block.attentions.") && name.contains(now)) {
        candidates.add(name.replace(now, before));
      }
    });
    if (name.startsWith("text_model.")) {
      candidates.add(name.substring("text_model.".length()));
    }
    return candidates.stream().filter(stored::containsKey).findFirst();
  }
}
