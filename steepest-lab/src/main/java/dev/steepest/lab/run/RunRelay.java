package dev.steepest.lab.run;

import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RunRecord;

/** Passes on everything that it hears; a subclass adds to some of it, or says it otherwise. */
public abstract class RunRelay implements RunListener {
  private final RunListener next;

  protected RunRelay(RunListener next) {
    this.next = next;
  }

  @Override
  public void started(RunSpec spec, int index, int total, long fromStep, long steps) {
    next.started(spec, index, total, fromStep, steps);
  }

  @Override
  public void stepped(StepReport step) {
    next.stepped(step);
  }

  @Override
  public void evaluated(EvaluationReport evaluation) {
    next.evaluated(evaluation);
  }

  @Override
  public void ended(RunRecord record) {
    next.ended(record);
  }

  @Override
  public void skipped(RunRecord record) {
    next.skipped(record);
  }

  @Override
  public void busy(RunSpec spec) {
    next.busy(spec);
  }

  @Override
  public void begunAnew(RunSpec spec, String reason) {
    next.begunAnew(spec, reason);
  }
}
