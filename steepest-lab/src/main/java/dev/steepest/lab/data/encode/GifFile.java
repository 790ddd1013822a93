package dev.steepest.lab.data.encode;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Films as GIF files that begin anew when they end. A GIF has 256 colours per frame: greys are
 * kept, other colours are taken near.
 */
public final class GifFile {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  /** The unit of a frame's time is a hundredth of a second. */
  private static final int TICKS = 100;

  /** Assumed: long enough to look at the end before the film begins anew. */
  private static final int TICKS_OF_LAST = 2 * TICKS;

  private GifFile() {}

  /**
   * Writes a film, or replaces it in one move.
   *
   * @param file in a folder that exists
   * @param frames PNG files of one size, in order, at least one
   * @param perSecond frames per second, 1–50; the last one is shown for two seconds
   * @throws IOException if a frame cannot be read or the file cannot be written
   */
  public static void write(Path file, List<Path> frames, int perSecond) throws IOException {
    if (frames.isEmpty() || perSecond < 1 || perSecond > 50) {
      throw new IllegalArgumentException(
          "A film has at least one frame and 1 to 50 of them per second, not %d and %d."
              .formatted(frames.size(), perSecond));
    }
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.write(draft, bytes(frames, TICKS / perSecond));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] bytes(List<Path> frames, int ticks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < frames.size(); i++) {
        BufferedImage frame = indexed(read(frames.get(i)));
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), null);
        int shown = i == frames.size() - 1 ? TICKS_OF_LAST : ticks;
        metadata.setFromTree(FORMAT, timed(metadata, shown, i == 0));
        writer.writeToSequence(new IIOImage(frame, null, metadata), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static BufferedImage read(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    if (image == null) {
      throw new IOException(file + " is no picture");
    }
    return image;
  }

  /** Greys by a palette of all greys; the writer itself finds one for colours. */
  private static BufferedImage indexed(BufferedImage image) {
    if (image.getRaster().getNumBands() > 1) {
      return image;
    }
    byte[] levels = new byte[256];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) i;
    }
    var palette = new IndexColorModel(8, levels.length, levels, levels, levels);
    BufferedImage indexed =
        new BufferedImage(
            image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, palette);
    indexed.getRaster().setRect(image.getRaster());
    return indexed;
  }

  private static IIOMetadataNode timed(IIOMetadata metadata, int ticks, boolean first) {
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    IIOMetadataNode control = child(root, "GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("delayTime", Integer.toString(ticks));
    control.setAttribute("transparentColorIndex", "0");
    if (first) { // in the film's head: repeat it without end
      IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      loop.setUserObject(new byte[] {1, 0, 0});
      child(root, "ApplicationExtensions").appendChild(loop);
    }
    return root;
  }

  private static IIOMetadataNode child(IIOMetadataNode root, String name) {
    for (int i = 0; i < root.getLength(); i++) {
      if (root.item(i).getNodeName().equals(name)) {
        return (IIOMetadataNode) root.item(i);
      }
    }
    IIOMetadataNode made = new IIOMetadataNode(name);
    root.appendChild(made);
    return made;
  }
}
