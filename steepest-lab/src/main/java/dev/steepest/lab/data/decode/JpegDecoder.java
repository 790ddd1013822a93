package dev.steepest.lab.data.decode;

/** Decodes JPEGs of one or three components. For one thread. */
interface JpegDecoder extends AutoCloseable {

  /**
   * The picture as stored, without regard to its orientation.
   *
   * @param jpeg of 1 or 3 components
   */
  Raster decode(Jpeg jpeg) throws CorruptImageException;

  @Override
  void close();
}
