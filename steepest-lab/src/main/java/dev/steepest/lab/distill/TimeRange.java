package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.randint;

import dev.steepest.lab.model.Check;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Which time steps are drawn, each as likely.
 *
 * @param least share of the schedule's T steps, 0–1, not above {@code most}
 * @param most share of the schedule's T steps, 0–1
 * @param annealing how {@code most} falls towards {@code least} over the run
 */
public record TimeRange(double least, double most, Annealing annealing) {
  /** 2–98 %, as DreamFusion has it. */
  public static final TimeRange USUAL = new TimeRange(.02, .98, Annealing.NONE);

  public TimeRange {
    Check.range("least time", least, 0, 1);
    Check.range("most time", most, 0, 1);
    Check.that(
        least <= most,
        "The least time, %s, lies above the most, %s: time steps are drawn between them."
            .formatted(least, most));
  }

  /** The smallest time step of a schedule of {@code steps} that is drawn. */
  int first(int steps) {
    return (int) Math.min(steps - 1, Math.round(least * steps));
  }

  /** The largest one, at least {@link #first}, when {@code done}, 0 to 1, of the run is. */
  int last(int steps, double done) {
    int first = first(steps);
    long atFirst = Math.min(steps - 1, Math.round(most * steps));
    return (int) (first + Math.round((atFirst - first) * annealing.left(done)));
  }

  /** int64 [count] on the CPU, from torch's own generator. */
  Tensor draw(int count, int steps, double done) {
    try (TensorOptions whole = new TensorOptions(ScalarType.Long)) {
      return randint(first(steps), last(steps, done) + 1L, new long[] {count}, whole);
    }
  }
}
