package dev.steepest.lab.run;

import dev.steepest.lab.task.TaskData;
import dev.steepest.lab.task.TrainedNetworks;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Data sets in memory, each loaded once for all runs that ask for it. */
final class DataShelf implements AutoCloseable {
  private final Path folder;
  private final TrainedNetworks trained;
  private final Map<Settings, TaskData> loaded = new HashMap<>();

  DataShelf(Path folder, TrainedNetworks trained) {
    this.folder = folder;
    this.trained = trained;
  }

  TaskData of(RunSpec spec) {
    return loaded.computeIfAbsent(
        spec.settings().section("data"), settings -> TaskData.load(settings, folder, trained));
  }

  /** Frees all data sets but that of a run. */
  void keepOnly(RunSpec spec) {
    Settings kept = spec.settings().section("data");
    loaded
        .entrySet()
        .removeIf(entry -> {
          boolean other = !entry.getKey().equals(kept);
          if (other) {
            entry.getValue().close();
          }
          return other;
        });
  }

  @Override
  public void close() {
    loaded.values().forEach(TaskData::close);
    loaded.clear();
  }
}
