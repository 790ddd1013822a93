package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.empty_like;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A tensor seen in another shape and cut along all dimensions into tiles, each with a
 * preconditioner of its own.
 *
 * @param shape the shape it is seen in
 * @param tiles in the order in which {@link #cut} gives them
 */
public record Tiling(List<Long> shape, List<Tile> tiles) {

  /**
   * One part.
   *
   * @param start first index in each dimension
   * @param size number of indices in each dimension
   */
  public record Tile(List<Long> start, List<Long> size) {

    public Tile {
      start = List.copyOf(start);
      size = List.copyOf(size);
    }

    /** Number of dimensions. */
    public int order() {
      return size.size();
    }

    private Tensor of(Tensor x) {
      Tensor part = x;
      for (int d = 0; d < order(); d++) {
        if (x.size(d) != size.get(d)) {
          part = part.narrow(d, start.get(d), size.get(d));
        }
      }
      return part;
    }

    private Tile and(long from, long length) {
      List<Long> starts = new ArrayList<>(start);
      List<Long> sizes = new ArrayList<>(size);
      starts.add(from);
      sizes.add(length);
      return new Tile(starts, sizes);
    }
  }

  public Tiling {
    shape = List.copyOf(shape);
    tiles = List.copyOf(tiles);
  }

  /**
   * No tile is longer than {@code most} along any dimension; the last one along a dimension may be
   * shorter.
   */
  public static Tiling of(long[] shape, long most) {
    List<Long> sizes = new ArrayList<>();
    List<Tile> tiles = List.of(new Tile(List.of(), List.of()));
    for (long whole : shape) {
      sizes.add(whole);
      List<Tile> finer = new ArrayList<>();
      for (Tile tile : tiles) {
        for (long from = 0; from < whole; from += most) {
          finer.add(tile.and(from, Math.min(most, whole - from)));
        }
      }
      tiles = finer;
    }
    return new Tiling(sizes, tiles);
  }

  /** The parts of a tensor of as many elements; views where its layout allows it. */
  public List<Tensor> cut(Tensor x) {
    Tensor seen = seen(x);
    return tiles.stream().map(tile -> tile.of(seen)).toList();
  }

  /** The tensor that has these parts, shaped as {@code like}. */
  public Tensor join(List<Tensor> parts, Tensor like) {
    if (parts.size() == 1) {
      return parts.getFirst().reshape_as(like);
    }
    Tensor whole = empty_like(seen(like));
    for (int i = 0; i < parts.size(); i++) {
      tiles.get(i).of(whole).copy_(parts.get(i));
    }
    return whole.reshape_as(like);
  }

  private Tensor seen(Tensor x) {
    return x.reshape(shape.stream().mapToLong(Long::longValue).toArray());
  }
}
