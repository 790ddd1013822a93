package dev.steepest.lab.data.source;

import java.util.List;
import java.util.stream.Collectors;

/** The data sets that are known by name. */
public final class DataSources {

  private static final List<DataSource> ALL =
      List.of(
          new Cifar10(),
          new Cifar100(),
          new FashionMnist(),
          new Figures(),
          new ImageFolder(),
          new Mnist(),
          new Pets(),
          new Shapes());

  private DataSources() {}

  /** In alphabetical order of their names. */
  public static List<DataSource> all() {
    return ALL;
  }

  /** The source of this name; an unknown name is answered with the known ones. */
  public static DataSource named(String name) {
    return ALL.stream()
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no data set is called '%s'; known are %s"
                    .formatted(
                        name,
                        ALL.stream().map(DataSource::name).collect(Collectors.joining(", ")))));
  }
}
