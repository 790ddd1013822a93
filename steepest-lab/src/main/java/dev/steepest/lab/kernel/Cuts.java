package dev.steepest.lab.kernel;

/**
 * How a part of a batch is cut into pieces.
 *
 * @param starts the first image of every piece, and the number of images at the end
 */
record Cuts(int[] starts) {

  /** As few and even pieces as possible of at most so many bytes; of one image at least. */
  static Cuts of(int images, long bytesPerImage, long most) {
    return even(images, (int) Math.min(images, Math.ceilDiv(images * bytesPerImage, most)));
  }

  /** So many pieces, or one for every image if there are fewer. */
  static Cuts even(int images, int wanted) {
    int pieces = Math.min(images, wanted);
    int[] starts = new int[pieces + 1];
    for (int i = 0; i <= pieces; i++) {
      starts[i] = (int) ((long) i * images / pieces);
    }
    return new Cuts(starts);
  }

  /** One piece. */
  static Cuts none(int images) {
    return new Cuts(new int[] {0, images});
  }

  int pieces() {
    return starts.length - 1;
  }

  int images() {
    return starts[pieces()];
  }

  /** The first image of a piece. */
  int from(int piece) {
    return starts[piece];
  }

  /** How many images a piece has. */
  int count(int piece) {
    return starts[piece + 1] - starts[piece];
  }

  /** The piece that an image is in. */
  int pieceOf(int image) {
    int piece = 0;
    while (image >= starts[piece + 1]) {
      piece++;
    }
    return piece;
  }
}
