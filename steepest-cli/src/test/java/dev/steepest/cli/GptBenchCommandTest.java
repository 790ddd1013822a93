package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.bench.GptResult;
import dev.steepest.lab.bench.GptResult.Memory;
import dev.steepest.lab.bench.GptResult.Round;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptBenchCommandTest {

  private static Steepest.Result run(String... options) {
    String[] words = new String[options.length + 2];
    words[0] = "bench";
    words[1] = "gpt";
    System.arraycopy(options, 0, words, 2, options.length);
    return Steepest.run(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--batch 0 | --batch 0 is below 1",
        "--batch 100000 | above 65536",
        "--batch 4 --accumulation 5 | --accumulation 5 is above --batch 4",
        "--accumulation 0 | --accumulation 0 is below 1",
        "--steps 0 | --steps 0 is below 1",
        "--rounds 0 | --rounds 0 is below 1",
        "--threads -1 | --threads -1 is below 0",
        "--precision fp8 | fp8",
        "--precision fp16 --device cpu | Precision fp16 trains on a CUDA device only",
        "--shape large | large",
        "--activations some | some",
        "--device tpu | Unknown device 'tpu'",
        "--optimizer mun | mun",
      })
  void mistakesAreNamedInOneMessage(String options, String message) {
    Steepest.Result result = run(options.split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(message).doesNotContain("\tat ", "Exception");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void anEmptyPeerIsAMistake() {
    Steepest.Result result = run("--peer", " ");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("--peer is empty");
  }

  @Test
  void theSummaryHasMediansAndRatiosOfEachRound() {
    Round first = new Round(100, 2e9, OptionalDouble.of(1.2), OptionalDouble.of(50));
    Round second = new Round(80, 1e9, OptionalDouble.of(1.1), OptionalDouble.of(80));
    Round third = new Round(60, 2e9, OptionalDouble.of(1.4), OptionalDouble.of(20));
    var result =
        new GptResult(
            10e6, new Memory(1_000_000_000, 1_500_000_000), List.of(first, second, third));
    assertThat(GptText.summary(result))
        .anySatisfy(line -> assertThat(line).matches("step, tokens/s +80\\.0 +60\\.0 +100\\.0"))
        // 2e9 / 10e6 = 200
        .anySatisfy(line -> assertThat(line).matches("floor, tokens/s +200\\.0 +100\\.0 +200\\.0"))
        .anySatisfy(line -> assertThat(line).matches("step / floor.* 0\\.5000 +0\\.3000 +0\\.8000"))
        .anySatisfy(
            line -> assertThat(line).matches("experts / dense.* 1\\.2000 +1\\.1000 +1\\.4000"))
        .anySatisfy(line -> assertThat(line).matches("step / peer +2\\.0000 +1\\.0000 +3\\.0000"))
        .anySatisfy(
            line -> assertThat(line).contains("peak 1.500 GB", "state 1.000 GB", "ratio 1.50"));
    assertThat(GptText.round(first)).contains("100.0 tokens/s", "2.0 GFLOP/s", "1.200", "50.0");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aWholeComparison() {
    Steepest.Result result =
        run(
            "--batch",
            "1",
            "--rounds",
            "1",
            "--device",
            "cpu",
            "--peer",
            "echo tokens/s: $STEEPEST_BATCH");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            "small: 29,933,568 parameters, 1 sequences of 512 tokens",
            "activations recomputed, bf16, muon")
        .contains("step / floor", "step / peer", "memory of a step: peak", "peer       1.0")
        .doesNotContain("experts / dense");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPeerWithoutASpeedIsAMistake() {
    Steepest.Result result = run("--batch", "1", "--rounds", "1", "--peer", "true");
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains("a line such as 'tokens/s: 123.4' is expected");
  }
}
