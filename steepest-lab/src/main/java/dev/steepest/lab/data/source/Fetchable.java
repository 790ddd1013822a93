package dev.steepest.lab.data.source;

import java.util.List;

/** Something that can be downloaded by its name. */
public interface Fetchable {

  /** As written on the command line, e.g. {@code "cifar10"}. */
  String name();

  /** What {@code data fetch} downloads; empty for generated data. */
  List<RemoteFile> files();
}
