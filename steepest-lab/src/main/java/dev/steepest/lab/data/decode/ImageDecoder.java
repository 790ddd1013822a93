package dev.steepest.lab.data.decode;

/**
 * From the bytes of a JPEG, PNG, GIF or BMP to planes of one size. What a file is, its content says
 * and not its name. Orientation is applied, transparency dropped, colour profiles are not regarded.
 * Belongs to one thread.
 */
public final class ImageDecoder implements AutoCloseable {

  /** Assumed: as Pillow's bound of a decompression bomb, 89 million, rounded up. */
  private static final long MOST_PIXELS = 100_000_000;

  /** What an {@link OutOfMemoryError} says of a picture. */
  public static final String NO_MEMORY = "needs more memory than Java has";

  private final JpegDecoder jpegs;
  private final ImageIoJpegs inks = new ImageIoJpegs();

  public ImageDecoder(JpegLibrary library) {
    this.jpegs = library.decoder();
  }

  /** Decodes to one rendition after another; keeps buffers between pictures. */
  public final class Rendering {
    private final Rendition rendition;
    private final Resizing resizing;

    private Rendering(Rendition rendition) {
      this.rendition = rendition;
      this.resizing = new Resizing(rendition);
    }

    /**
     * Writes [C, size, size].
     *
     * @param target {@link Rendition#bytes} long
     */
    public void render(byte[] file, byte[] target) throws CorruptImageException {
      try (PixelBudget.Share share = PixelBudget.OF_JAVA.share()) {
        Raster picture = decode(file, share);
        requireFit(picture);
        resizing.resize(rendition.channels().of(3) == 1 ? picture.grey() : picture, target);
      }
    }

    private void requireFit(Raster picture) throws CorruptImageException {
      if (rendition.fit() == Fit.EXACT
          && (picture.width() != rendition.size() || picture.height() != rendition.size())) {
        throw new CorruptImageException(
            "is %d×%d, not %d×%d"
                .formatted(picture.width(), picture.height(), rendition.size(), rendition.size()));
      }
    }
  }

  public Rendering rendering(Rendition rendition) {
    return new Rendering(rendition);
  }

  /** Width and height as the picture is to be seen. */
  public int[] size(byte[] file) throws CorruptImageException {
    Raster picture = decode(file);
    return new int[] {picture.width(), picture.height()};
  }

  Raster decode(byte[] file) throws CorruptImageException {
    try (PixelBudget.Share share = PixelBudget.OF_JAVA.share()) {
      return decode(file, share);
    }
  }

  private Raster decode(byte[] file, PixelBudget.Share share) throws CorruptImageException {
    if (file.length == 0) {
      throw new CorruptImageException("is empty");
    }
    if (Jpeg.is(file)) {
      Jpeg jpeg = Jpeg.read(file);
      claim(share, jpeg.width(), jpeg.height());
      Raster stored = jpeg.components() == 4 ? Inks.rgb(jpeg, inks.inks(jpeg)) : jpegs.decode(jpeg);
      return jpeg.orientation().applied(stored);
    }
    if (Png.is(file)) {
      Png.check(file);
    }
    return Pictures.read(file, share);
  }

  /**
   * What a decoder's exception says of a file: nothing where memory was short, which some readers
   * pack into an exception of their own.
   */
  static CorruptImageException damage(Exception e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError shortage) {
        throw shortage;
      }
    }
    return new CorruptImageException("cannot be decoded: " + e.getMessage(), e);
  }

  /** Waits for the memory of a picture; its size alone may be too much. */
  static void claim(PixelBudget.Share share, long width, long height) throws CorruptImageException {
    if (width < 1 || height < 1) {
      throw new CorruptImageException("has %d×%d pixels".formatted(width, height));
    }
    if (width * height > MOST_PIXELS) {
      throw new CorruptImageException(
          "has %d×%d pixels; more than %,d are not decoded".formatted(width, height, MOST_PIXELS));
    }
    share.take(width * height);
  }

  @Override
  public void close() {
    jpegs.close();
    inks.close();
  }
}
