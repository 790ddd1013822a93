package dev.steepest.lab.kernel;

import java.util.List;

/**
 * The filters of a body in bfloat16, for one pass.
 *
 * @param stem of the first convolution
 * @param first of every group
 * @param second of every group
 */
record BodyFilters(Filter stem, List<Filter> first, List<Filter> second) implements AutoCloseable {
  static BodyFilters of(Stem stem, List<Group> groups) {
    return new BodyFilters(
        Filter.of(stem.weight(), 0),
        groups.stream().map(group -> Filter.of(group.first(), 1)).toList(),
        groups.stream().map(group -> Filter.of(group.second(), 1)).toList());
  }

  @Override
  public void close() {
    stem.close();
    first.forEach(Filter::close);
    second.forEach(Filter::close);
  }
}
