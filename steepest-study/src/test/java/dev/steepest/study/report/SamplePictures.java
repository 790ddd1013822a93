package dev.steepest.study.report;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * An invented study of pictures: on each of two problems two optimizers with three learning rates
 * each; at its largest rate the second optimizer diverges. Every run leaves ten looks.
 */
final class SamplePictures {
  private static final int SIDE = 32;
  private static final int COLUMNS = 5;
  private static final int LINES = 2;
  static final int WIDTH = COLUMNS * (SIDE + 1) + 1;
  static final int HEIGHT = LINES * (SIDE + 1) + 1;
  static final int STEPS = 100;
  private static final int EVERY = 10;

  private SamplePictures() {}

  static final DecisionRule RULE =
      new DecisionRule(
          "test_confidence",
          DecisionRule.Goal.MAXIMIZE,
          Optional.of("adamw lr=0.03"),
          .05,
          List.of(.9),
          "val_confidence",
          List.of());

  /** How good the runs of an invented arm are, and how bright their pictures. */
  private record Arm(String optimizer, double rate, double confidence, double contrast) {
    String name() {
      return optimizer + " lr=" + rate;
    }

    boolean diverges() {
      return confidence < 0;
    }
  }

  private static final List<Arm> ARMS =
      List.of(
          new Arm("adamw", .01, .90, .6),
          new Arm("adamw", .03, .96, 1),
          new Arm("adamw", .1, .95, 1.6),
          new Arm("muon", .03, .84, .8),
          new Arm("muon", .1, .93, 1.1),
          new Arm("muon", .3, -1, 3));

  /** Writes the folders of all runs and returns their records. */
  static List<RunRecord> write(Path folder, int seeds) throws IOException {
    List<RunRecord> records = new ArrayList<>();
    for (String problem : List.of("pixels · sds", "fourier · sds")) {
      for (Arm arm : ARMS) {
        for (int seed = 0; seed < seeds; seed++) {
          records.add(run(folder, problem, arm, seed));
        }
      }
    }
    return records;
  }

  private static RunRecord run(Path folder, String problem, Arm arm, int seed) throws IOException {
    Path run =
        folder.resolve((problem + "-" + arm.name() + "-" + seed).replaceAll("[^\\w.=]+", "-"));
    int last = arm.diverges() ? 40 : STEPS;
    List<Evaluation> looks = new ArrayList<>();
    for (int step = EVERY; step <= last; step += EVERY) {
      save(picture(arm, seed, (double) step / STEPS), new RunPictures(run).at(step));
      double confidence = Math.abs(arm.confidence()) * (1 - Math.exp(-5.0 * step / STEPS));
      looks.add(
          new Evaluation(
              step,
              step,
              10L * step,
              .02 * step,
              .1,
              Map.of("val_confidence", confidence, "val_rms", arm.contrast() * confidence)));
    }
    Runs.Run made =
        Runs.of(problem, arm.name(), seed)
            .setting("optimizer", Map.of("name", arm.optimizer(), "lr", arm.rate()))
            .evaluations(looks)
            .in(run);
    if (arm.diverges()) {
      return made.ended(Outcome.Status.DIVERGED).record();
    }
    save(picture(arm, seed, 1), new RunPictures(run).last());
    double luck = .004 * new SplittableRandom(seed).nextGaussian();
    return made.result("test_confidence", arm.confidence() + luck)
        .result("test_rms", arm.contrast())
        .result("test_clipped", Math.max(0, arm.contrast() - .8) / 2)
        .result("test_diversity", .2)
        .result("steps_to_confidence", 40 + 10.0 * seed)
        .record();
  }

  private static void save(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  /** Ten figures that come out of noise. */
  private static BufferedImage picture(Arm arm, int seed, double done) {
    SplittableRandom random = new SplittableRandom(31L * seed + Math.round(100 * done));
    BufferedImage sheet = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage clean = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = clean.createGraphics();
    g.setColor(Color.WHITE);
    for (int k = 0; k < COLUMNS * LINES; k++) {
      g.setTransform(
          AffineTransform.getTranslateInstance(
              17.0 + k % COLUMNS * (SIDE + 1), 17.0 + k / COLUMNS * (SIDE + 1)));
      g.rotate(.7 * seed + k);
      if (k == 0) {
        g.fill(new Ellipse2D.Double(-10, -10, 20, 20));
      } else {
        g.fill(star(k + 2));
      }
    }
    g.dispose();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        boolean edge = x % (SIDE + 1) == 0 || y % (SIDE + 1) == 0;
        double value = clean.getRaster().getSample(x, y, 0) / 255.0 - .5;
        double noisy =
            .5 + arm.contrast() * done * value * .8 + .25 * (1 - done) * random.nextGaussian();
        sheet.getRaster().setSample(x, y, 0, edge ? 200 : (int) Math.clamp(255 * noisy, 0, 255));
      }
    }
    return sheet;
  }

  private static Path2D star(int points) {
    Path2D path = new Path2D.Double();
    for (int k = 0; k < 2 * points; k++) {
      double radius = k % 2 == 0 ? 13 : 6;
      double x = radius * Math.cos(Math.PI * k / points);
      double y = radius * Math.sin(Math.PI * k / points);
      if (k == 0) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    path.closePath();
    return path;
  }

  /** Writes the sample for a look with human eyes: {@code java … SamplePictures FOLDER}. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    List<RunRecord> records = write(folder.resolve("runs"), 3);
    Report.write(folder.resolve("report"), "Distillation", records, Comparison.of(records, RULE));
  }
}
