package dev.steepest.lab.distributed;

import org.bytedeco.pytorch.Work;

/** Tensors on their way between the members of a team. */
final class Travel implements AutoCloseable {
  private final Work work;
  private final Heartbeat heartbeat;

  /**
   * @param work outlives the scope in which it was begun
   */
  Travel(Work work, Heartbeat heartbeat) {
    this.work = work.retainReference();
    this.heartbeat = heartbeat;
  }

  /**
   * Waits until they have arrived; on a GPU only its stream waits.
   *
   * @throws PeerException when they never will
   */
  void await() {
    heartbeat.pulse().waits(true);
    try {
      work._wait();
    } catch (RuntimeException e) {
      throw heartbeat.explain(e);
    } finally {
      heartbeat.pulse().waits(false);
    }
  }

  /** Whether they have arrived already. */
  boolean hasArrived() {
    return work.isCompleted();
  }

  @Override
  public void close() {
    work.releaseReference();
  }
}
