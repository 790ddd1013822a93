package dev.steepest.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An empty cache, and two processes that find it so at once. */
class ColdStartTest {

  /** What each process does. */
  public static void main(String[] arguments) {
    Native.prepare();
    System.out.println("sum " + torch.ones(2, 3).sum().item_double());
  }

  @Test
  void two_processes_start_from_an_empty_cache(@TempDir Path cache)
      throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(start(cache));
    }
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("sum 6.0");
    }
  }

  private static Process start(Path cache) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.bytedeco.javacpp.cachedir=" + cache,
            "-cp",
            classPath,
            ColdStartTest.class.getName())
        .redirectErrorStream(true)
        .start();
  }
}
