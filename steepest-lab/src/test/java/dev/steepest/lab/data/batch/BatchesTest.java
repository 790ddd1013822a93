package dev.steepest.lab.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.TestImages;
import dev.steepest.lab.data.augment.Augmentation;
import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.augment.ChannelOrder;
import dev.steepest.tensor.NativeHeap;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchesTest {

  private static final ImageSet SET = TestImages.noise(103, 3, 8, 8, 10);
  private static final Normalization NORMALIZATION =
      new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f));
  private static final Augmentation TRAINING =
      new Augmentation(AugmentationPlan.CIFAR_BENCHMARK, NORMALIZATION, ChannelOrder.CHANNELS_LAST);
  private static final Augmentation EVALUATION =
      new Augmentation(AugmentationPlan.NONE, NORMALIZATION, ChannelOrder.CHANNELS_FIRST);

  /** A batch as plain values. */
  private record Content(List<Float> images, List<Long> labels, List<Long> ids, long index) {
    static Content of(Batch batch) {
      float[] images =
          TensorMemory.segment(batch.images()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      long[] labels = TensorMemory.segment(batch.labels()).toArray(ValueLayout.JAVA_LONG_UNALIGNED);
      List<Float> values = new ArrayList<>();
      for (float image : images) {
        values.add(image);
      }
      return new Content(
          values,
          LongStream.of(labels).boxed().toList(),
          LongStream.of(batch.sampleIds()).boxed().toList(),
          batch.index());
    }
  }

  @AfterAll
  static void free() {
    SET.close();
  }

  private static Batches training(Prefetch prefetch, LastBatch last, long epoch, long first) {
    return Batches.training(SET, TRAINING, new BatchPlan(20, last, prefetch), 9, epoch, first);
  }

  private static List<Content> drain(Batches batches) {
    try (batches) {
      List<Content> all = new ArrayList<>();
      while (batches.hasNext()) {
        try (PointerScope _ = new PointerScope();
            Batch batch = batches.next()) {
          all.add(Content.of(batch));
        }
      }
      return all;
    }
  }

  @Test
  void prefetchingChangesNoBit() {
    assertThat(drain(training(Prefetch.ON, LastBatch.KEEP, 2, 0)))
        .isEqualTo(drain(training(Prefetch.OFF, LastBatch.KEEP, 2, 0)));
  }

  @ParameterizedTest
  @EnumSource(Prefetch.class)
  void startingWithinTheEpochGivesItsRemainder(Prefetch prefetch) {
    List<Content> whole = drain(training(Prefetch.OFF, LastBatch.KEEP, 2, 0));
    assertThat(drain(training(prefetch, LastBatch.KEEP, 2, 4))).isEqualTo(whole.subList(4, 6));
    assertThat(drain(training(prefetch, LastBatch.KEEP, 2, 6))).isEmpty();
  }

  @Test
  void keepsOrDropsTheIncompleteBatch() {
    List<Content> kept = drain(training(Prefetch.OFF, LastBatch.KEEP, 0, 0));
    List<Content> dropped = drain(training(Prefetch.OFF, LastBatch.DROP, 0, 0));
    assertThat(kept).extracting(batch -> batch.ids().size()).containsExactly(20, 20, 20, 20, 20, 3);
    assertThat(dropped).isEqualTo(kept.subList(0, 5));
    assertThat(kept).extracting(Content::index).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void everySampleComesOncePerEpochWithItsLabel() {
    List<Content> epoch = drain(training(Prefetch.ON, LastBatch.KEEP, 0, 0));
    List<Long> ids = epoch.stream().flatMap(batch -> batch.ids().stream()).toList();
    assertThat(ids).doesNotHaveDuplicates().hasSize(103);
    assertThat(epoch)
        .allSatisfy(batch ->
            assertThat(batch.labels()).isEqualTo(batch.ids().stream().map(id -> id % 10).toList()));
  }

  @Test
  void orderChangesWithEpochAndNotWithBatchSize() {
    List<Long> zero = order(0, 20);
    assertThat(order(0, 7)).isEqualTo(zero);
    assertThat(order(1, 20)).isNotEqualTo(zero);
  }

  private static List<Long> order(long epoch, int batchSize) {
    BatchPlan plan = new BatchPlan(batchSize, LastBatch.KEEP, Prefetch.OFF);
    return drain(Batches.training(SET, TRAINING, plan, 9, epoch, 0)).stream()
        .flatMap(batch -> batch.ids().stream())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Prefetch.class)
  void evaluationGoesThroughTheSetInOrder(Prefetch prefetch) {
    List<Content> all = drain(Batches.evaluation(SET, EVALUATION, 50, prefetch));
    assertThat(all.stream().flatMap(batch -> batch.ids().stream()))
        .containsExactlyElementsOf(LongStream.range(0, 103).boxed().toList());
    byte first = TensorMemory.segment(SET.images()).get(ValueLayout.JAVA_BYTE, 0);
    assertThat(all.getFirst().images().getFirst()).isEqualTo(NORMALIZATION.table(0)[first & 0xFF]);
  }

  @Test
  void anErrorOfTheBackgroundThreadReachesTheConsumer() {
    Augmentation grey =
        new Augmentation(
            AugmentationPlan.NONE, Normalization.gray(0, 1), ChannelOrder.CHANNELS_FIRST);
    try (Batches batches = Batches.evaluation(SET, grey, 10, Prefetch.ON)) {
      assertThatThrownBy(batches::next)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("images have 3 channels");
      assertThatThrownBy(batches::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("batch 0 was lost to an earlier error");
    }
  }

  @Test
  void closingEarlyEndsTheThread() throws InterruptedException {
    Batches batches = training(Prefetch.ON, LastBatch.KEEP, 0, 0);
    Batch taken = batches.next();
    batches.close();
    batches.close();
    assertThat(batches.hasNext()).isFalse();
    // The batch that was handed over is the consumer's.
    assertThat(Content.of(taken).index()).isZero();
    taken.close();
    assertThat(taken.images().isNull()).isTrue();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("steepest-batches")) {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  /**
   * 300 batches of 6.3 MB: 1.9 GB if they stayed, against an allowance of .4 GB for all else.
   * Before them come as many epochs as let the process take what it keeps anyway: every epoch has a
   * thread of its own, and the C allocator keeps freed batches for each of its arenas, of which
   * there are eight per core.
   */
  @Test
  void batchesAreFreedByTheirConsumer() {
    try (ImageSet set = TestImages.noise(2048, 3, 32, 32, 10)) {
      int arenas = 8 * Runtime.getRuntime().availableProcessors();
      goThrough(set, Math.max(25, 2 * arenas));
      long before = NativeHeap.bytesInUse();
      goThrough(set, 75);
      assertThat(NativeHeap.bytesInUse() - before).isLessThan(400_000_000);
    }
  }

  private static void goThrough(ImageSet set, int epochs) {
    BatchPlan plan = new BatchPlan(512, LastBatch.KEEP, Prefetch.ON);
    for (int epoch = 0; epoch < epochs; epoch++) {
      try (Batches batches = Batches.training(set, EVALUATION, plan, 0, epoch, 0)) {
        while (batches.hasNext()) {
          batches.next().close();
        }
      }
    }
  }

  @Test
  void refusesImpossiblePlans() {
    assertThatThrownBy(() -> new BatchPlan(0, LastBatch.KEEP, Prefetch.OFF))
        .hasMessage("batch size must be at least 1, got 0");
    assertThatThrownBy(() -> training(Prefetch.OFF, LastBatch.KEEP, 0, 7))
        .hasMessage("the epoch has 6 batches, cannot start at batch 7");
  }
}
