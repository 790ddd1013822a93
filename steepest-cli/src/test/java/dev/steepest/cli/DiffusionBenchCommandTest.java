package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiffusionBenchCommandTest {

  private static Steepest.Result run(String... options) {
    String[] words = new String[options.length + 2];
    words[0] = "bench";
    words[1] = "diffusion";
    System.arraycopy(options, 0, words, 2, options.length);
    return Steepest.run(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--batch 0 | --batch 0 is below 1",
        "--batch 100000 | above 65536",
        "--steps 0 | --steps 0 is below 1",
        "--rounds 0 | --rounds 0 is below 1",
        "--width 20 | width = 20 is not a multiple of 8",
        "--width 1000 | width = 1000 is out of range",
        "--precision fp8 | fp8",
        "--precision fp16 --device cpu | Precision fp16 trains on a CUDA device only",
      })
  void mistakesAreNamedInOneMessage(String options, String message) {
    Steepest.Result result = run(options.split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(message).doesNotContain("\tat ", "Exception");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aSmallRunGivesTheShare() {
    Steepest.Result result =
        run("--batch", "1", "--steps", "1", "--rounds", "2", "--width", "8", "--threads", "1");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("small-unet: ", "batch 1, fp32", "products alone / step", "GFLOP/s");
  }
}
