package dev.steepest.lab.distributed;

import dev.steepest.lab.distributed.Wire.Word;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Notices within seconds that a process of the team is lost, however it was: killed (its connection
 * breaks), stopped, hanging or cut off (no beat comes). Rank 0 has a wire to every other rank and
 * tells all of what it sees.
 *
 * <p>Beats go over connections of their own and through threads of their own: the working thread
 * may be blocked in a collective, in native code, for ever.
 */
final class Heartbeat implements AutoCloseable, Wire.Listener {
  /** Assumed: far below the least silence, and nothing beside a step. */
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Assumed: what rank 0 takes to notice a silence and tell, beyond the silence itself. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private static final String FAREWELL =
      ". The job ends here; started again, with any number of processes, it goes on from its last"
          + " checkpoint.";

  private final Member own;
  private final List<Wire> wires;
  private final Duration limit;
  private final Consumer<PeerException> onLoss;
  private final Pulse pulse = new Pulse();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<PeerException> loss = new AtomicReference<>();
  private final CountDownLatch lost = new CountDownLatch(1);

  /**
   * Begins to beat; the calling thread is the one that works.
   *
   * @param wires of rank 0 one to each other rank, of another rank one to rank 0
   * @param limit of silence
   * @param onLoss told once, in a thread of its own, of what was lost; it should end the process
   */
  Heartbeat(Member own, List<Wire> wires, Duration limit, Consumer<PeerException> onLoss) {
    this.own = own;
    this.wires = List.copyOf(wires);
    this.limit = limit;
    this.onLoss = onLoss;
    wires.forEach(wire -> wire.listen(this));
    Thread.ofPlatform().daemon().name("heartbeat").start(this::beat);
  }

  /** Whether the working thread stands still. */
  Pulse pulse() {
    return pulse;
  }

  private void beat() {
    try {
      while (!ended.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
        Duration still = pulse.still();
        if (still.compareTo(limit) > 0) {
          String how = own + " has stood still for " + still.toSeconds() + " s: its thread hangs";
          wires.forEach(wire -> wire.say(Word.LOST, how));
          lost(how);
          return;
        }
        for (Wire wire : wires) {
          wire.say(Word.BEAT, "");
          Duration silence = wire.silence();
          if (silence.compareTo(limit) > 0) {
            tell(wire.other() + " has not answered for " + silence.toSeconds() + " s");
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void heard(Wire wire, Word word, String text) {
    switch (word) {
      case BEAT, BYE -> {}
      case FAILS -> tell(wire.other() + " failed: " + text);
      case LOST -> tell(text);
    }
  }

  @Override
  public void broken(Wire wire) {
    if (ended.getCount() > 0) {
      tell(wire.other() + " is gone without a word: it was killed or it crashed");
    }
  }

  /** Rank 0 passes on what it has learnt. */
  private void tell(String how) {
    if (own.rank() == 0) {
      wires.forEach(wire -> wire.say(Word.LOST, how));
    }
    lost(how);
  }

  private void lost(String how) {
    PeerException what = new PeerException(how + FAREWELL);
    if (ended.getCount() > 0 && loss.compareAndSet(null, what)) {
      lost.countDown();
      onLoss.accept(what);
    }
  }

  /**
   * Why a collective failed: a broken connection of the process group says nothing of who is lost,
   * but here it will soon be known.
   */
  RuntimeException explain(RuntimeException failure) {
    try {
      if (lost.await(limit.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS)) {
        return loss.get();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return new PeerException(
        own + " could not exchange tensors with the others, all of whom answer: " + first, failure);
  }

  /** What was lost, if it was. */
  Optional<PeerException> loss() {
    return Optional.ofNullable(loss.get());
  }

  /** Tells the others that this process fails, and why, and ends. */
  void fail(String reason) {
    end(Word.FAILS, reason);
  }

  /** Tells the others that this process ends in good order. */
  @Override
  public void close() {
    end(Word.BYE, "");
  }

  private void end(Word word, String reason) {
    if (ended.getCount() == 0) {
      return;
    }
    ended.countDown();
    wires.forEach(wire -> wire.leave(word, reason));
  }
}
