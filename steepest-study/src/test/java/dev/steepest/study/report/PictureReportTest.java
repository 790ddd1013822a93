package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PictureReportTest {
  private static final int SEEDS = 2;
  private static final int ARMS = 6;

  @TempDir static Path folder;
  private static List<RunRecord> records;
  private static List<String> written;

  @BeforeAll
  static void write() throws IOException {
    records = SamplePictures.write(folder.resolve("runs"), SEEDS);
    written = report("report", records);
  }

  private static List<String> report(String name, List<RunRecord> records) {
    return Report.write(
            folder.resolve(name), "Pictures", records, Comparison.of(records, SamplePictures.RULE))
        .stream()
        .map(file -> folder.resolve(name).relativize(file).toString())
        .toList();
  }

  private static String text(String file) throws IOException {
    return Files.readString(folder.resolve("report").resolve(file));
  }

  @Test
  void sheetsGridsAndCurvesTakeThePlaceOfWhatSpeaksOfEpochs() {
    assertThat(written)
        .containsExactlyInAnyOrder(
            "report.html",
            "verdict.txt",
            "comparisons.csv",
            "pictures.csv",
            "pictures.md",
            "contact_sheet.png",
            "contact_sheet_pixels-sds.png",
            "contact_sheet_fourier-sds.png",
            "lr_grid_pixels-sds.png",
            "lr_grid_fourier-sds.png",
            "lr_sensitivity.png",
            "confidence_vs_step.png",
            "rms_vs_step.png");
  }

  @Test
  void theSheetHoldsEveryRunsPictureUnchangedButForItsSize() throws IOException {
    Pixels sheet = pixels(folder.resolve("report/contact_sheet_pixels-sds.png"));
    for (RunRecord run : records.subList(0, ARMS * SEEDS)) {
      Path last = new RunPictures(run.folder()).last();
      Path still = Files.exists(last) ? last : new RunPictures(run.folder()).at(40);
      assertThat(sheet.holds(pixels(still), 4)).as(still.toString()).isTrue();
    }
    Path absent = new RunPictures(records.getFirst().folder()).at(50);
    assertThat(sheet.holds(pixels(absent), 4)).isFalse();
  }

  private static Pixels pixels(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    int w = image.getWidth();
    int h = image.getHeight();
    int[] rgb = image.getRGB(0, 0, w, h, null, 0, w);
    if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) { // which getRGB would brighten
      int[] grey = image.getRaster().getSamples(0, 0, w, h, 0, (int[]) null);
      Arrays.setAll(rgb, k -> 0xff000000 | grey[k] * 0x010101);
    }
    return new Pixels(w, h, rgb);
  }

  private record Pixels(int width, int height, int[] rgb) {

    /** Whether each pixel of the picture stands here as a square of {@code factor}. */
    boolean holds(Pixels picture, int factor) {
      for (int top = 0; top + factor * picture.height <= height; top++) {
        for (int left = 0; left + factor * picture.width <= width; left++) {
          if (holdsAt(picture, factor, left, top)) {
            return true;
          }
        }
      }
      return false;
    }

    private boolean holdsAt(Pixels picture, int factor, int left, int top) {
      for (int y = 0; y < factor * picture.height; y++) {
        for (int x = 0; x < factor * picture.width; x++) {
          int here = rgb[(top + y) * width + left + x];
          if (here != picture.rgb[y / factor * picture.width + x / factor]) {
            return false;
          }
        }
      }
      return true;
    }
  }

  @Test
  void thePageHoldsEachFilmFrameByFrame() throws IOException {
    JsonNode strips = strips(text("report.html"));
    assertThat(strips.size()).isEqualTo(records.size());
    RunRecord run = records.getFirst();
    JsonNode strip = strips.get(PictureSections.id(run));
    assertThat(strip.get("at").toString()).isEqualTo("[10,20,30,40,50,60,70,80,90,100]");
    BufferedImage frames = decoded(strip);
    assertThat(frames.getHeight()).isEqualTo(10 * SamplePictures.HEIGHT);
    assertThat(frames.getWidth()).isEqualTo(SamplePictures.WIDTH);
    same(frames, 1, ImageIO.read(new RunPictures(run.folder()).at(20).toFile()));
    same(frames, 9, ImageIO.read(new RunPictures(run.folder()).last().toFile()));
    JsonNode diverged = strips.get(PictureSections.id(records.get(ARMS * SEEDS - 1)));
    assertThat(diverged.get("at").toString()).isEqualTo("[10,20,30,40]");
  }

  private static JsonNode strips(String html) {
    String data = html.substring(html.indexOf("id=\"pictures\">") + 14);
    return JsonMapper.builder().build().readTree(data.substring(0, data.indexOf("</script>")));
  }

  private static BufferedImage decoded(JsonNode strip) throws IOException {
    String src = strip.get("src").asString();
    assertThat(src).startsWith("data:image/png;base64,");
    byte[] bytes = Base64.getDecoder().decode(src.substring(src.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  private static void same(BufferedImage frames, int k, BufferedImage picture) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        assertThat(frames.getRaster().getSample(x, k * picture.getHeight() + y, 0))
            .as("frame %d at %d, %d", k, x, y)
            .isEqualTo(picture.getRaster().getSample(x, y, 0));
      }
    }
  }

  @Test
  void thePageShowsRatesSeedsAndEveryRun() throws IOException {
    String html = text("report.html");
    says(
        html,
        "Learning rates: judge confidence",
        "Every run: picture and judge confidence",
        "diverged, step 40",
        "2 of 2 diverged",
        "<span>seed 1</span>",
        "adamw is best at lr 0.03: judge confidence 95.76");
    saysNothingOf(html, "Best validation accuracy", "Epochs</span>", "of the test set");
    // nothing is fetched
    assertThat(html).doesNotContainPattern("(?i)<(link|img|iframe)\\b|\\ssrc=|url\\(|@import");
  }

  @Test
  void tablesSayWhatWasMeasuredOfEachRunAndArm() throws IOException {
    assertThat(text("pictures.csv").lines().toList())
        .hasSize(1 + records.size())
        .first()
        .isEqualTo(
            "problem,arm,seed,outcome,test_confidence,steps_to_confidence,test_rms,test_clipped,test_diversity,picture,film,run");
    assertThat(text("pictures.csv"))
        .contains("muon lr=0.3,1,diverged,,,,,,", "finished,0.9588693263,40,1,0.1,0.2,");
    assertThat(text("pictures.md"))
        .contains("![Final pictures](contact_sheet_pixels-sds.png)")
        .contains("| adamw lr=0.03 | 95.76 ± 1.66 | 45.0 ± 63.5 | 1.0000 ± 0.0000 | 10.00 ± 0.00 |")
        .contains("| adamw | 89.76 % (88.09 to 91.42) | **95.76 % (94.09 to 97.42)** |");
  }

  @Test
  void aBrokenPictureCostsOnlyItselfAndIsNamed() throws IOException {
    List<RunRecord> own = SamplePictures.write(folder.resolve("broken"), 1);
    Path torn = new RunPictures(own.get(0).folder()).last();
    byte[] whole = Files.readAllBytes(torn);
    Files.write(torn, Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(new RunPictures(own.get(1).folder()).at(50), "no picture");
    Path stray = own.get(2).folder().resolve("pictures/notes.txt");
    Files.writeString(stray, "beside them");
    Report.write(
        folder.resolve("with-broken"),
        "t",
        own,
        Comparison.of(own, SamplePictures.RULE),
        _ -> Map.of());
    String html = Files.readString(folder.resolve("with-broken/report.html"));
    says(
        html,
        torn + " is left out: it is a broken picture",
        "The film of " + own.get(1).folder() + " is left out: it is not a picture");
    saysNothingOf(html, "notes.txt");
    JsonNode strips = strips(html);
    assertThat(strips.size()).isEqualTo(own.size() - 1);
    assertThat(strips.get(PictureSections.id(own.get(1))).get("at").size()).isOne();
    assertThat(strips.get(PictureSections.id(own.get(2))).get("at").size()).isEqualTo(10);
  }

  @Test
  void sheetsOfADiffusionModelStandBesideTheUsualFigures() throws IOException {
    List<RunRecord> own = new ArrayList<>();
    for (int seed = 0; seed < 2; seed++) {
      Path run = Files.createDirectories(folder.resolve("diffusion/" + seed));
      Files.copy(new RunPictures(records.get(seed).folder()).last(), new RunPictures(run).last());
      own.add(
          Runs.of("small-unet · figures", "adam", seed)
              .in(run)
              .result("test_loss", .0275)
              .result("test_confidence", .92)
              .result("test_accuracy", .95)
              .record());
    }
    assertThat(report("diffusion-report", own))
        .contains("contact_sheet.png", "pictures.csv", "summary_results.csv")
        .doesNotContain("lr_grid.png", "lr_sensitivity.png");
    String html = Files.readString(folder.resolve("diffusion-report/report.html"));
    says(html, "Every run: picture");
    saysNothingOf(html, "class=\"player\"");
    assertThat(Files.readString(folder.resolve("diffusion-report/pictures.csv")))
        .contains("small-unet · figures,adam,1,finished,0.92,0.95,");
  }

  @Test
  void withoutPicturesNothingIsSaidOfThem() throws IOException {
    List<RunRecord> own = SampleStudy.records();
    Report.write(
        folder.resolve("plain"), "t", own, Comparison.of(own, SampleStudy.RULE), _ -> Map.of());
    assertThat(folder.resolve("plain/pictures.md")).doesNotExist();
    saysNothingOf(
        Files.readString(folder.resolve("plain/report.html")),
        "id=\"pictures\"",
        "class=\"album\"");
  }

  /** A page is too long to be shown by a failing test. */
  private static void says(String html, String... words) {
    assertThat(List.of(words)).allMatch(html::contains);
  }

  private static void saysNothingOf(String html, String... words) {
    assertThat(List.of(words)).noneMatch(html::contains);
  }
}
