package dev.steepest.lab.model.field;

import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.tensor;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.Site;
import dev.steepest.optim.Role;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Images as tables of features on grids of several resolutions, and a small perceptron that turns
 * them into colours (Müller et al. 2022, "Instant neural graphics primitives with a multiresolution
 * hash encoding", arXiv:2201.05989).
 *
 * <pre>
 *   features of a point = for each level, those at the four corners of its cell, bilinear
 *   colours = MLP_i(features) for image i, ReLU between its layers
 * </pre>
 *
 * <p>A level with no more corners than rows has a row for each corner; corners of a finer one share
 * rows by a hash. With the default settings no level is so fine: the finest has 31² = 961 corners
 * for 1,024 rows, and the tables are a dense pyramid. {@code log2_rows: 8}, at most 256, hashes the
 * two finest. Tables begin as U(±10⁻⁴), as published.
 *
 * <p>Legend: B images drawn, P points, L levels, F features of a row, R rows of an image.
 */
public final class HashGrid extends ImageField {
  static final NetworkKind<Canvas> KIND =
      new NetworkKind<>(
          "hashgrid",
          "tables of features on grids of several resolutions for each image (hash encoding)",
          List.of(
              Setting.integer("levels", 6, 1, 32, "resolutions"),
              Setting.integer("log2_rows", 10, 2, 22, "rows of a level at most, as a power of two"),
              Setting.integer("features", 2, 1, 16, "features in a row"),
              Setting.integer("base", 4, 1, 512, "cells along a side of the coarsest level"),
              Setting.real("growth", 1.5, 1, 4, "resolution of a level over that before it"),
              Setting.integer("width", 64, 4, 1024, "features of a point between layers"),
              Setting.integer("depth", 1, 1, 16, "hidden matrices")),
          (canvas, choice, seed) ->
              new HashGrid(
                  new Config(
                      canvas,
                      choice.integer("levels"),
                      choice.integer("log2_rows"),
                      choice.integer("features"),
                      choice.integer("base"),
                      choice.real("growth"),
                      choice.integer("width"),
                      choice.integer("depth")),
                  seed));

  private static final double SPREAD = 1e-4; // published
  private static final int CORNERS = 4;

  /**
   * The shape of tables and networks.
   *
   * @param canvas the images
   * @param levels resolutions, 1–32
   * @param log2Rows binary logarithm of the most rows of a level, 2–22
   * @param features in a row, 1–16
   * @param base cells along a side of the coarsest level, 1–512
   * @param growth resolution of a level over that before it, 1–4
   * @param width features between the perceptron's layers, 4–1024
   * @param depth hidden matrices, 1–16
   */
  public record Config(
      Canvas canvas,
      int levels,
      int log2Rows,
      int features,
      int base,
      double growth,
      int width,
      int depth) {
    /** Cells along a side beyond which a level is finer than any image that can be drawn. */
    private static final double FINEST = 65_536;

    public Config {
      Check.range("levels", levels, 1, 32);
      Check.range("log2_rows", log2Rows, 2, 22);
      Check.range("features", features, 1, 16);
      Check.range("base", base, 1, 512);
      Check.range("growth", growth, 1, 4);
      Check.range("width", width, 4, 1024);
      Check.range("depth", depth, 1, 16);
      double finest = base * Math.pow(growth, levels - 1.0);
      Check.that(
          finest <= FINEST,
          "base = %d, growth = %s and levels = %d make a finest level of %.0f cells along a side;"
                  .formatted(base, Check.plain(growth), levels, finest)
              + " choose fewer levels or less growth, for 65536 at most.");
    }

    List<HashLevel> grids() {
      return HashLevel.all(levels, base, growth, 1 << log2Rows);
    }
  }

  private final int levels;
  private final int rows;
  private final Tensor tables; // [N·R, F]
  private final Tensor corners; // int64 [L·P·4], rows of the table of an image
  private final Tensor shares; // [L, P, 4, 1], of the corners in the feature of a point
  private final Perceptron perceptron;

  public HashGrid(Config config, long seed) {
    this(config, seed, Site.root(seed));
  }

  private HashGrid(Config config, long seed, Site root) {
    super(root.state(), config.canvas());
    Canvas canvas = config.canvas();
    List<HashLevel> grids = config.grids();
    levels = grids.size();
    rows = grids.getLast().start() + grids.getLast().rows();
    int points = canvas.size() * canvas.size();
    long[] corner = new long[levels * points * CORNERS];
    float[] share = new float[corner.length];
    for (int level = 0; level < levels; level++) {
      place(grids.get(level), canvas.size(), corner, share, level * points * CORNERS);
    }
    corners = root.constant(tensor(corner));
    shares = root.constant(tensor(share).view(levels, points, CORNERS, 1));
    Stack stack = new Stack(root, canvas, seed);
    tables =
        stack.parameter(
            "tables", Role.EMBEDDING, init -> init.symmetric(SPREAD, rows, config.features()));
    var sizes =
        new Perceptron.Sizes(
            (long) levels * config.features(), config.width(), config.depth(), canvas.channels());
    perceptron = new Perceptron(stack, sizes, Perceptron.Bounds.forRelu(sizes), Tensor::relu_);
  }

  /** Finds the corners around each pixel's centre and how near it is to each. */
  private static void place(HashLevel grid, int size, long[] corner, float[] share, int from) {
    int at = from;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double x = (j + 0.5) / size * grid.resolution();
        double y = (i + 0.5) / size * grid.resolution();
        int left = (int) x;
        int top = (int) y;
        for (int k = 0; k < CORNERS; k++) {
          int right = k & 1;
          int below = k >> 1;
          corner[at] = grid.row(left + right, top + below);
          share[at] = (float) (nearness(x - left, right) * nearness(y - top, below)); // sums to 1
          at++;
        }
      }
    }
  }

  private static double nearness(double past, int corner) {
    return corner == 1 ? past : 1 - past;
  }

  @Override
  public Tensor forward(Tensor which) {
    return Block.apply(
        which,
        images ->
            Coordinates.toImages(perceptron.apply(features(images), images), canvas().size()));
  }

  @Override
  protected double fittingRate() {
    return 0.03;
  }

  /** What the tables of some images say at all pixels, [B, P, L·F]. */
  Tensor features(Tensor which) {
    long images = which.size(0);
    // [B, L·P·4]: image i's rows begin at i·R
    Tensor rowsOfAll = which.mul(new Scalar(rows)).unsqueeze(1).add(corners);
    return embedding(tables, rowsOfAll)
        .view(images, levels, -1, CORNERS, tables.size(1))
        .mul(shares)
        .sum(3)
        .transpose(1, 2)
        .flatten(2, 3);
  }
}
