package dev.steepest.lab.distributed;

import org.bytedeco.pytorch.Work;

/** Tensors on their way between the members of a team. */
final class Travel implements AutoCloseable {
  private final Work work;
  private final Heartbeat heartbeat;

  /**
   * @param work of no scope; it is this one's from now on. It must be gone before its group is
   */
  Travel(Work work, Heartbeat heartbeat) {
    this.work = work;
    this.heartbeat = heartbeat;
  }

  /**
   * Waits until they have arrived; on a GPU only its stream waits.
   *
   * @throws PeerException when they never will
   */
  void await() {
    try (Pulse.Pause _ = heartbeat.pulse().pause()) {
      work._wait();
    } catch (RuntimeException e) {
      throw heartbeat.explain(e);
    }
  }

  @Override
  public void close() {
    work.releaseReference();
  }
}
