package dev.steepest.lab.data.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PixelBudgetTest {
  private static final int MOST = 100;

  /** Whatever is asked for, and by how many; what is too much is had alone. */
  @Test
  void allTogetherNeverHoldMore() throws Exception {
    PixelBudget budget = new PixelBudget(MOST);
    AtomicLong held = new AtomicLong();
    AtomicLong highest = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> work = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        Random random = new Random(t);
        work.add(
            threads.submit(() -> {
              for (int i = 0; i < 500; i++) {
                int pixels = 1 + random.nextInt(2 * MOST);
                try (PixelBudget.Share share = budget.share()) {
                  share.take(pixels);
                  int counted = Math.min(pixels, MOST);
                  highest.accumulateAndGet(held.addAndGet(counted), Math::max);
                  Thread.onSpinWait();
                  held.addAndGet(-counted);
                }
              }
            }));
      }
      for (Future<?> each : work) {
        each.get();
      }
    }
    assertThat(highest).hasValueBetween(1L, (long) MOST);
  }

  @Test
  @SuppressWarnings("try") // closing twice is what is tried
  void aShareThatTookNothingGivesNothingBack() {
    PixelBudget budget = new PixelBudget(MOST);
    budget.share().close();
    try (PixelBudget.Share all = budget.share()) {
      all.take(MOST);
      all.close(); // and closing twice gives it back once
    }
    assertThat(budget.left()).isEqualTo(MOST);
  }
}
