package dev.steepest.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A job array in which every task is an agent. A task that is ended by the cluster gives its trial
 * back; one that is killed loses it to another after a silence.
 *
 * @param name of the job
 * @param agents tasks of the array
 * @param options further lines for sbatch
 * @param command that starts an agent
 * @param log folder of its output
 */
record SlurmScript(String name, int agents, List<String> options, List<String> command, Path log) {
  private static final String FILE = "agents.sbatch";

  String text() {
    return """
    #!/bin/sh
    #SBATCH --job-name=%s
    #SBATCH --array=1-%d
    #SBATCH --output=%s/agent-%%A-%%a.log
    #SBATCH --signal=B:TERM@120
    %sexec %s
    """
        .formatted(
            name.replaceAll("[^A-Za-z0-9._-]", "-"),
            agents,
            log,
            options.stream().map(o -> "#SBATCH " + o + "\n").collect(Collectors.joining()),
            ThisProgram.quoted(command));
  }

  /** Writes the script and hands it to sbatch; what that printed. */
  String submit() {
    Path script = log.resolve(FILE);
    try {
      Files.createDirectories(log);
      Files.writeString(script, text());
      Process sbatch =
          new ProcessBuilder("sbatch", script.toString()).redirectErrorStream(true).start();
      String said =
          new String(sbatch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (sbatch.waitFor() != 0) {
        throw new UserError("sbatch refused %s: %s".formatted(script, said));
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sbatch ran", e);
    } catch (IOException e) {
      if (Files.exists(script)) {
        throw new UserError(
            "sbatch cannot be started (%s); submit %s yourself where Slurm is."
                .formatted(e.getMessage(), script));
      }
      throw new UncheckedIOException("Cannot write " + script + ": " + e.getMessage(), e);
    }
  }
}
