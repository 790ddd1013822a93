package dev.steepest.lab.task;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.nio.file.Path;

/** A data set split as runs ask for it, in memory, shared by all of them. */
public sealed interface TaskData extends AutoCloseable permits ImageData, ScoreData, TextData {

  /**
   * Loads a data set and splits it.
   *
   * @param data the section {@code data} of a run
   * @param folder of data sets
   * @param trained networks of other runs, for data that are made with them
   * @throws DataException if files are missing or damaged, or there is too little for the split
   */
  static TaskData load(Settings data, Path folder, TrainedNetworks trained) {
    String name = data.text("name");
    if (ScoreData.holds(name)) {
      return ScoreData.load(data, folder, trained);
    }
    return TextData.holds(name)
        ? TextData.load(data, folder)
        : ImageData.load(data, folder, trained);
  }

  /**
   * The task of a run on this data.
   *
   * @param prefetch whether batches are prepared ahead: beside a GPU; on a CPU it would take a core
   *     from the step
   */
  Task task(RunSpec spec, Prefetch prefetch);

  @Override
  void close();
}
