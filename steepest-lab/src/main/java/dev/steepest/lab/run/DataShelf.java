package dev.steepest.lab.run;

import dev.steepest.lab.task.ImageData;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Data sets in memory, each loaded once for all runs that ask for it. */
final class DataShelf implements AutoCloseable {
  private final Path folder;
  private final Map<Settings, ImageData> loaded = new HashMap<>();

  DataShelf(Path folder) {
    this.folder = folder;
  }

  ImageData of(RunSpec spec) {
    return loaded.computeIfAbsent(
        spec.settings().section("data"), settings -> ImageData.load(settings, folder));
  }

  @Override
  public void close() {
    loaded.values().forEach(ImageData::close);
    loaded.clear();
  }
}
