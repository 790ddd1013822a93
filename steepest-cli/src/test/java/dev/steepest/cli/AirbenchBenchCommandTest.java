package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.steepest.lab.bench.AirbenchResult;
import dev.steepest.lab.bench.AirbenchResult.Round;
import dev.steepest.lab.bench.ConvolutionFloor.Call;
import dev.steepest.lab.bench.ConvolutionShape;
import dev.steepest.lab.bench.ConvolutionShape.Pass;
import dev.steepest.lab.model.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AirbenchBenchCommandTest {
  private static final ConvolutionShape FIRST =
      new ConvolutionShape("whiten", 10, 3, 24, 2, 0, 32, EnumSet.of(Pass.FORWARD));
  private static final ConvolutionShape SECOND =
      new ConvolutionShape("conv", 10, 24, 64, 3, 1, 31, EnumSet.allOf(Pass.class));
  private static final AirbenchResult RESULT =
      new AirbenchResult(
          List.of(
              new Call(FIRST, Pass.FORWARD),
              new Call(SECOND, Pass.FORWARD),
              new Call(SECOND, Pass.INPUT_GRADIENT),
              new Call(SECOND, Pass.WEIGHT_GRADIENT)),
          List.of(round(90, 100, 200), round(80, 100, 125), round(50, 50, 100)));

  @TempDir Path folder;

  private static Round round(double full, double bare, double floor) {
    return new Round(
        full,
        bare,
        floor,
        OptionalDouble.of(40),
        new double[] {0.001, 0.002, 0.003, 0.004},
        OptionalLong.of(1_500_000_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--batch 0 | --batch 0 is below 1",
        "--batch -5 | --batch -5 is below 1",
        "--batch 100000 | above 65536",
        "--batch many | is not an int",
        "--steps 0 | --steps 0 is below 1",
        "--steps 700 | --steps 700 is above 682, the most whose images fit one array at --batch 1024",
        "--rounds 0 | --rounds 0 is below 1",
        "--threads -1 | --threads -1 is below 0",
        "--precision fp8 | fp8",
        "--recipe adam | adam",
        "--device tpu | Unknown device 'tpu'",
        "--model resnt | Unknown network 'resnt'",
        "--model small-cnn --batch 4 | not built like airbench94",
        "--out figures.txt | neither with .csv nor with .json",
        "--out no/such/folder/figures.csv | cannot be written",
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

  private static Steepest.Result run(String... options) {
    String[] words = new String[options.length + 2];
    words[0] = "bench";
    words[1] = "airbench";
    System.arraycopy(options, 0, words, 2, options.length);
    return Steepest.run(words);
  }

  @Test
  void tablesHaveMediansRangesAndRatios() {
    List<String> lines = AirbenchText.summary(RESULT);
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).matches("full loop +80\\.0 +50\\.0 +90\\.0 +6\\.5"))
        .anySatisfy(
            line -> assertThat(line).matches("bare / convolutions +0\\.5000 +0\\.5000 +0\\.8000"))
        .anySatisfy(line -> assertThat(line).matches("full / peer +2\\.0000 +1\\.2500 +2\\.2500"))
        // 2·3·24·4·961·10 operations in 1 ms; no gradients
        .anySatisfy(
            line -> assertThat(line).matches("whiten 3→24 2×2 on 32×32 +1\\.00 +5\\.5 +- +-"))
        .anySatisfy(line -> assertThat(line).matches("sum +3\\.00 +3\\.00 +4\\.00"))
        .contains("resident memory after the last round: 1.50 GB");
    assertThat(AirbenchText.round(RESULT.rounds().getFirst()))
        .contains("90.0", "100.0", "200.0", "40.0 images/s");
  }

  @Test
  void filesHoldEveryRound() throws IOException {
    Map<String, String> facts = Map.of("peer", "two\nlines");
    Path csv = folder.resolve("figures.csv");
    AirbenchFile.at(csv).write(facts, RESULT);
    assertThat(Files.readAllLines(csv))
        .startsWith("# peer: two lines", "measure,unit,round,value", "full loop,images/s,1,90.0")
        .contains("conv weight gradient,ms,3,4.0", "resident memory,bytes,1,1.5E9")
        .hasSize(2 + 3 * (4 + 4 + 4 + 1));

    Path json = folder.resolve("figures.JSON");
    AirbenchFile.at(json).write(facts, RESULT);
    JsonNode whole = JsonMapper.builder().build().readTree(Files.readString(json));
    assertThat(whole.at("/facts/peer").asString()).isEqualTo("two\nlines");
    JsonNode full = whole.at("/figures/0");
    assertThat(full.get("measure").asString()).isEqualTo("full loop");
    assertThat(full.get("median").asDouble()).isEqualTo(80);
    assertThat(full.get("rounds").size()).isEqualTo(3);
  }

  @Test
  void aFolderIsNoFile() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken.csv"));
    assertThatThrownBy(() -> AirbenchFile.at(taken))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("cannot be written");
  }

  private static void assumeTheNetwork() {
    assumeTrue(
        Networks.all().stream().anyMatch(kind -> kind.name().equals("airbench94")),
        "this build has no airbench94");
  }

  @ParameterizedTest
  @CsvSource({"muon, bf16", "legacy, fp32"})
  @DisabledOnOs(OS.WINDOWS)
  void aWholeComparison(String recipe, String precision) throws IOException {
    assumeTheNetwork();
    Path file = folder.resolve("figures.csv");
    Steepest.Result result =
        run(
            "--batch",
            "4",
            "--steps",
            "1",
            "--rounds",
            "1",
            "--device",
            "cpu",
            "--recipe",
            recipe,
            "--precision",
            precision,
            "--peer",
            "echo images/s: $STEEPEST_BATCH",
            "--out",
            file.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("whitening bias trained, as in the first epochs of a run")
        .contains("full loop", "bare step", "convolutions alone", "peer", "full / bare")
        .contains("(0.7089 GFLOP per training image", "256→256 3×3 on 3×3", "figures: " + file);
    assertThat(Files.readAllLines(file)).contains("peer,images/s,1,4.0", "# recipe: " + recipe);
  }

  @Test
  void theLaterEpochsAreMeasuredToo() {
    assumeTheNetwork();
    Steepest.Result result =
        run("--batch", "4", "--steps", "1", "--rounds", "1", "--device", "cpu", "--frozen");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("whitening bias frozen, as in the later epochs of a run");
    assertThat(result.out().lines().filter(line -> line.startsWith("layers.1.conv1")))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .matches(".* on 31×31 +[0-9.]+ +[0-9.]+ +- +[0-9.]+ +[0-9.]+");
  }

  @ParameterizedTest
  @CsvSource({
    "no-such-program, could not be started",
    "true, printed nothing",
    "echo oops >&2; exit 3, oops"
  })
  @DisabledOnOs(OS.WINDOWS)
  void aPeerWithoutASpeedIsAMistake(String command, String message) {
    assumeTheNetwork();
    Steepest.Result result =
        run("--batch", "2", "--steps", "1", "--rounds", "1", "--peer", command);
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
  }
}
