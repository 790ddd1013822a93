package dev.steepest.optim.linalg;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A part of a tensor that is cut out along all dimensions.
 *
 * @param start first index in each dimension
 * @param size number of indices in each dimension
 */
public record Tile(List<Long> start, List<Long> size) {

  public Tile {
    start = List.copyOf(start);
    size = List.copyOf(size);
  }

  /**
   * Tiles that cover a tensor of this shape, none longer than {@code most} along any dimension; the
   * last one along a dimension may be shorter.
   */
  public static List<Tile> cover(long[] shape, long most) {
    List<Tile> tiles = List.of(new Tile(List.of(), List.of()));
    for (long whole : shape) {
      List<Tile> finer = new ArrayList<>();
      for (Tile tile : tiles) {
        for (long from = 0; from < whole; from += most) {
          finer.add(tile.and(from, Math.min(most, whole - from)));
        }
      }
      tiles = finer;
    }
    return tiles;
  }

  /** This part of {@code x}: a view. */
  public Tensor of(Tensor x) {
    Tensor part = x;
    for (int d = 0; d < size.size(); d++) {
      if (x.size(d) != size.get(d)) {
        part = part.narrow(d, start.get(d), size.get(d));
      }
    }
    return part;
  }

  /** Number of dimensions. */
  public int order() {
    return size.size();
  }

  private Tile and(long from, long length) {
    List<Long> starts = new ArrayList<>(start);
    List<Long> sizes = new ArrayList<>(size);
    starts.add(from);
    sizes.add(length);
    return new Tile(starts, sizes);
  }
}
