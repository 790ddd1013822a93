package dev.steepest.lab.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of the source tree that the lab was built from.
 *
 * @param commit its full hash
 * @param dirty whether files differ from it
 */
record SourceCode(String commit, boolean dirty) {
  /** Set by the launcher. */
  private static final String HOME = "STEEPEST_HOME";

  /** Asked once: a change of the tree during a study does not change the running program. */
  private static final Optional<SourceCode> HERE = ask();

  /** What git says of the installation; empty where it is no checkout or there is no git. */
  static Optional<SourceCode> here() {
    return HERE;
  }

  private static Optional<SourceCode> ask() {
    Path home = Path.of(Optional.ofNullable(System.getenv(HOME)).orElse("."));
    if (!Files.exists(home.resolve(".git"))) {
      return Optional.empty();
    }
    Optional<String> commit = git(home, "rev-parse", "HEAD");
    Optional<String> changes = git(home, "status", "--porcelain", "--", "pom.xml", "steepest-*");
    return commit.flatMap(c -> changes.map(s -> new SourceCode(c, !s.isEmpty())));
  }

  private static Optional<String> git(Path home, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(out.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
