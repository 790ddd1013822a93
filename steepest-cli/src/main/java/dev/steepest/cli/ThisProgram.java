package dev.steepest.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How to start this program once more as this process was started. */
final class ThisProgram {
  private ThisProgram() {}

  /**
   * The command line up to the program's own arguments: JVM, its options, class path, main class.
   */
  static List<String> command() {
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElse("java"));
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return line;
  }

  /** A command line as a POSIX shell reads it. */
  static String quoted(List<String> line) {
    return line.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
