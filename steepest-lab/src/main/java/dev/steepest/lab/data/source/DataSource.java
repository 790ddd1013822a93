package dev.steepest.lab.data.source;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.Normalization;
import java.nio.file.Path;
import java.util.List;

/** A data set that can be named, fetched and loaded. Immutable. */
public interface DataSource {

  /** As written in experiment files and on the command line, e.g. {@code "cifar10"}. */
  String name();

  /** One line: what it holds and where it is from. */
  String about();

  /** What {@code data fetch} downloads; empty for generated data. */
  List<RemoteFile> files();

  /** The customary normalization. */
  Normalization normalization();

  /**
   * Reads everything into memory.
   *
   * @param folder the data folder, see {@link DataFolder}
   * @throws DataException listing every missing or damaged file
   */
  TrainTest load(Path folder);
}
