package dev.steepest.study.report.picture;

import dev.steepest.study.record.RunPictures;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * The frames of a run below each other in one image, the picture of the end last: what a page needs
 * to show a film that can be stopped and wound.
 *
 * @param type of the image, e.g. {@code "image/png"}
 * @param width of one frame, pixels
 * @param height of one frame, pixels
 * @param at what lies behind each frame: steps of the run
 */
public record Strip(String type, byte[] bytes, int width, int height, List<Long> at) {
  /** Longest side of a frame; larger pictures are reduced to it. Assumed. */
  static final int LONGEST = 640;

  /** Frames of a film; of more, these many are picked at equal distances. Assumed. */
  static final int MOST_FRAMES = 31;

  /** Pixels of a frame from which colours are stored as a photograph's. Assumed. */
  private static final int PHOTOGRAPH = 128 * 128;

  /** The bytes as a page writes them. */
  public String uri() {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }

  /** The still alone. */
  static Strip still(Pictured pictured) throws IOException {
    return of(List.of(pictured.image()), List.of(last(pictured)));
  }

  /**
   * The film with the still as its last frame; of a run without a film the still alone.
   *
   * @param most frames
   */
  static Strip film(Pictured pictured, int most) throws IOException {
    BufferedImage still = pictured.image();
    List<BufferedImage> frames = new ArrayList<>();
    List<Long> at = new ArrayList<>();
    if (pictured.looks().size() > 1) {
      for (Pictured.Look look : picked(pictured.looks(), most)) {
        frames.add(Images.read(look.file()));
        at.add(look.step());
      }
    } else if (pictured.film()) {
      frames.addAll(picked(gif(pictured), most));
      for (int k = 1; k <= frames.size(); k++) { // a film does not tell its steps
        at.add(last(pictured) * k / frames.size());
      }
    }
    long end = last(pictured);
    if (!at.isEmpty() && at.getLast() >= end) { // the last look is the end
      frames.removeLast();
      at.removeLast();
    }
    frames.add(still);
    at.add(end);
    return of(frames, at);
  }

  /** Steps behind the still, as far as the record knows. */
  private static long last(Pictured pictured) {
    long looked = pictured.looks().isEmpty() ? 0 : pictured.looks().getLast().step();
    long evaluated =
        pictured.run().evaluations().isEmpty() ? 0 : pictured.run().evaluations().getLast().step();
    return pictured.step().orElse(Math.max(looked, evaluated));
  }

  /** First and last, and others at equal distances. */
  static <T> List<T> picked(List<T> all, int most) {
    if (all.size() <= most) {
      return all;
    }
    List<T> some = new ArrayList<>();
    for (int k = 0; k < most; k++) {
      some.add(all.get(Math.round(k * (all.size() - 1f) / (most - 1))));
    }
    return some;
  }

  private static List<BufferedImage> gif(Pictured pictured) throws IOException {
    List<BufferedImage> frames = new ArrayList<>();
    try (ImageInputStream in =
        ImageIO.createImageInputStream(new RunPictures(pictured.run().folder()).film().toFile())) {
      var readers = ImageIO.getImageReadersByFormatName("gif");
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        int count = reader.getNumImages(true);
        for (int k = 0; k < count; k++) {
          frames.add(reader.read(k));
        }
      } finally {
        reader.dispose();
      }
    } catch (RuntimeException e) { // readers throw many kinds of broken files
      throw new IOException("it is a broken film", e);
    }
    return frames;
  }

  private static Strip of(List<BufferedImage> frames, List<Long> at) {
    BufferedImage last = frames.getLast();
    double reduced = Math.min(1, (double) LONGEST / Math.max(last.getWidth(), last.getHeight()));
    int width = Math.max(1, (int) Math.round(reduced * last.getWidth()));
    int height = Math.max(1, (int) Math.round(reduced * last.getHeight()));
    boolean grey = frames.stream().allMatch(Strip::grey);
    BufferedImage strip =
        new BufferedImage(
            width,
            height * frames.size(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    Graphics2D g = strip.createGraphics();
    try {
      for (int k = 0; k < frames.size(); k++) {
        Images.draw(g, frames.get(k), 0, k * height, width, height);
      }
    } finally {
      g.dispose();
    }
    if (!grey && width * height > PHOTOGRAPH) {
      return Images.jpeg(strip)
          .map(bytes -> new Strip("image/jpeg", bytes, width, height, at))
          .orElseGet(() -> new Strip("image/png", Images.png(strip), width, height, at));
    }
    return new Strip("image/png", Images.png(strip), width, height, at);
  }

  private static boolean grey(BufferedImage image) {
    if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
      return true;
    }
    int[] row = new int[image.getWidth()];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int rgb : row) {
        if ((rgb >> 16 & 0xff) != (rgb & 0xff) || (rgb >> 8 & 0xff) != (rgb & 0xff)) {
          return false;
        }
      }
    }
    return true;
  }
}
