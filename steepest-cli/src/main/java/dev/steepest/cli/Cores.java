package dev.steepest.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbers of the processor's cores that this process may use.
 *
 * @param numbers ascending
 */
record Cores(List<Integer> numbers) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String KEY = "Cpus_allowed_list:";

  /** Those of this process: what Linux allows it, else as many as Java counts, from 0. */
  static Cores here() {
    try {
      if (Files.isReadable(STATUS)) {
        for (String line : Files.readAllLines(STATUS)) {
          if (line.startsWith(KEY)) {
            return parse(line.substring(KEY.length()).strip());
          }
        }
      }
    } catch (IOException _) {
      // Counted below.
    }
    int count = Runtime.getRuntime().availableProcessors();
    return new Cores(IntStream.range(0, count).boxed().toList());
  }

  /** A list as Linux writes it: {@code 0-3,8}. */
  static Cores parse(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : list.split(",")) {
      String[] ends = part.strip().split("-", 2);
      IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
          .forEach(numbers::add);
    }
    return new Cores(List.copyOf(numbers));
  }

  int count() {
    return numbers.size();
  }

  /** As many equal parts of neighbours, at most {@link #count}; what is left over is nobody's. */
  List<Cores> share(int parts) {
    int each = count() / parts;
    return IntStream.range(0, parts)
        .mapToObj(i -> new Cores(numbers.subList(i * each, (i + 1) * each)))
        .toList();
  }

  /** As {@code taskset} takes them. */
  String text() {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }
}
