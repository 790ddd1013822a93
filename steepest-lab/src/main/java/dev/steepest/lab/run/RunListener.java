package dev.steepest.lab.run;

import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RunRecord;

/** Hears how an experiment goes on. */
public interface RunListener {

  /**
   * A run begins or goes on.
   *
   * @param index of the run in the plan, from 1
   * @param total runs of the plan
   * @param fromStep 0, or the step of the checkpoint that it goes on from
   * @param steps optimizer steps of the whole run
   */
  default void started(RunSpec spec, int index, int total, long fromStep, long steps) {}

  default void stepped(StepReport step) {}

  default void evaluated(EvaluationReport evaluation) {}

  default void ended(RunRecord record) {}

  /** A run was finished before. */
  default void skipped(RunRecord record) {}

  /** Another process is at a run. */
  default void busy(RunSpec spec) {}

  /** The checkpoint of a run cannot be used: the run begins anew, the file is kept. */
  default void begunAnew(RunSpec spec, String reason) {}
}
