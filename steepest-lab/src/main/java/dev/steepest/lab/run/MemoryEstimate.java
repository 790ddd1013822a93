package dev.steepest.lab.run;

import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.task.Demand;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import dev.steepest.lab.train.Objective.Labels;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.tensor.NativeHeap;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Refuses a batch or a frozen model that cannot fit into memory. An operating system that
 * overcommits would otherwise grant the memory and kill the process, and with it the message.
 */
final class MemoryEstimate {
  /** Assumed: parts up to so many probes fit wherever the network is trained at all. */
  private static final long HARMLESS_PROBES = 4;

  private MemoryEstimate() {}

  /**
   * Who holds parts of a batch at once.
   *
   * @param members among whom a batch is shared out
   * @param neighbours those of them on this machine
   */
  record Holders(int members, int neighbours) {
    static Holders of(Team team) {
      return new Holders(team.size(), team.neighbours());
    }
  }

  /**
   * @param available bytes
   * @throws IllegalArgumentException if what is held beside a batch alone needs more
   */
  static void check(Demand demand, long available) {
    if (demand.bytes() > available) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s needs about %.1f GB for %s, %.1f GB are available; choose %s",
              demand.by(),
              demand.bytes() / 1e9,
              demand.what(),
              available / 1e9,
              demand.waysOut().isEmpty()
                  ? "a smaller model, or a machine with more memory"
                  : String.join(" or ", demand.waysOut())));
    }
  }

  /**
   * @param probe a few samples, which are closed
   * @param objective of a network in training mode, whose buffers change
   * @param available bytes
   * @throws IllegalArgumentException if the parts of a batch that are held at once need more
   */
  static void check(
      TrainingPlan plan,
      long batch,
      Holders holders,
      MiniBatch probe,
      Objective objective,
      long available) {
    try (probe) {
      long share = Math.ceilDiv(batch, holders.members);
      long part = Math.ceilDiv(share, Math.ceilDiv(plan.accumulation(), holders.members));
      if (part > HARMLESS_PROBES * probe.size()) {
        long held = part * holders.neighbours;
        double needed = held * bytesPerSample(probe, objective);
        check(plan, batch, holders, needed, available);
      }
    }
  }

  private static void check(
      TrainingPlan plan, long batch, Holders holders, double inFp32, long available) {
    double needed = inFp32 * (plan.precision() == Precision.FP32 ? 1 : 0.5);
    if (needed > available) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "training.batch = %d needs about %.0f GB for activations, %.0f GB are available; lower it"
                  + " to %d or less, or set training.accumulation to %d or more",
              batch,
              needed / 1e9,
              available / 1e9,
              (long) (batch * (available / needed)),
              (long)
                  Math.ceil(
                      Math.max(plan.accumulation(), holders.members) * (needed / available))));
    }
  }

  /** What a forward pass keeps for the backward pass, in fp32. */
  private static double bytesPerSample(MiniBatch probe, Objective objective) {
    long before = NativeHeap.bytesInUse();
    try (PointerScope _ = new PointerScope()) {
      Tensor loss = objective.pass(probe, Labels.GIVEN, 0).loss();
      long kept = NativeHeap.bytesInUse() - before;
      return Math.max(kept, loss.nbytes()) / (double) probe.size();
    }
  }
}
