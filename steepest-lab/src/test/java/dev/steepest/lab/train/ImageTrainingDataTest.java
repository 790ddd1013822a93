package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.batch.BatchPlan;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.optim.BatchSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;

class ImageTrainingDataTest {
  private static final int SAMPLES = 10;

  static ImageSet images() {
    byte[] pixels = new byte[SAMPLES * 3 * 8 * 8];
    new Random(1).nextBytes(pixels);
    long[] labels = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1};
    return ImageSet.of("random", pixels, labels, List.of("a", "b", "c", "d"), 3, 8, 8);
  }

  private static ImageTrainingData data(ImageSet set, LastBatch last, Prefetch prefetch) {
    return data(set, last, prefetch, BatchSizes.constant(4));
  }

  static ImageTrainingData data(ImageSet set, LastBatch last, Prefetch prefetch, BatchSizes sizes) {
    var evaluation = new LinkedHashMap<String, ImageSet>();
    evaluation.put("val", set);
    return new ImageTrainingData(
        set,
        evaluation,
        AugmentationPlan.CIFAR_BENCHMARK,
        new Normalization(List.of(.5f, .5f, .5f), List.of(.25f, .25f, .25f)),
        0,
        new BatchPlan(4, last, prefetch),
        sizes,
        100,
        MemoryLayout.CHANNELS_LAST,
        7);
  }

  private static List<double[]> epoch(TrainingData data, long first) {
    var batches = new ArrayList<double[]>();
    try (PointerScope _ = new PointerScope();
        BatchStream stream = data.training(3, first)) {
      while (stream.hasNext()) {
        try (MiniBatch batch = stream.next()) {
          assertThat(batch.inputs().is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
          batches.add(Bench.values(batch.inputs()));
        }
      }
    }
    return batches;
  }

  @Test
  void anEpochCanBeEnteredAtAnyBatch() {
    try (ImageSet set = images()) {
      TrainingData data = data(set, LastBatch.KEEP, Prefetch.ON);
      assertThat(data.pace().batches(0)).isEqualTo(3);
      assertThat(data.samplesPerEpoch()).isEqualTo(10);
      List<double[]> whole = epoch(data, 0);
      List<double[]> rest = epoch(data, 2);
      assertThat(whole).hasSize(3);
      assertThat(rest).hasSize(1);
      assertThat(rest.getFirst()).isEqualTo(whole.getLast());
      assertThat(epoch(data, 3)).isEmpty();
    }
  }

  @Test
  void anIncompleteBatchCanBeLeftOut() {
    try (ImageSet set = images()) {
      TrainingData data = data(set, LastBatch.DROP, Prefetch.OFF);
      assertThat(data.pace().batches(0)).isEqualTo(2);
      assertThat(data.samplesPerEpoch()).isEqualTo(8);
      assertThat(epoch(data, 0)).hasSize(2);
    }
  }

  /** 10 images, in batches of 4 and, from epoch 3 on, of 3. */
  @Test
  void theSizeOfBatchesMayChangeBetweenEpochs() {
    try (ImageSet set = images()) {
      var sizes = new BatchSizes(BatchSizes.Unit.EPOCH, new TreeMap<>(Map.of(0L, 4, 3L, 3)));
      TrainingData data = data(set, LastBatch.KEEP, Prefetch.OFF, sizes);
      assertThat(data.pace())
          .isEqualTo(Pace.of(new TreeMap<>(Map.of(0L, 3L, 3L, 4L))))
          .hasToString("3, from epoch 3 on 4");
      List<double[]> whole = epoch(data, 0);
      assertThat(whole).hasSize(4);
      assertThat(epoch(data, 2))
          .usingElementComparator(Arrays::compare)
          .isEqualTo(whole.subList(2, 4));
      List<double[]> equal = epoch(data(set, LastBatch.KEEP, Prefetch.OFF), 0);
      assertThat(joined(whole)).as("the same images in the same order").isEqualTo(joined(equal));
    }
  }

  /** Values in the order of batches; the layout is that of images one after the other. */
  private static List<Double> joined(List<double[]> batches) {
    return batches.stream().flatMapToDouble(Arrays::stream).boxed().toList();
  }

  @Test
  void evaluationSeesEverySampleOnceInOrder() {
    try (ImageSet set = images();
        PointerScope _ = new PointerScope()) {
      TrainingData data = data(set, LastBatch.DROP, Prefetch.OFF);
      try (BatchStream stream = data.evaluation("val");
          MiniBatch all = stream.next()) {
        assertThat(Bench.values(all.labels())).containsExactly(0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
        assertThat(stream.hasNext()).isFalse();
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> data.evaluation("tset"))
          .withMessageContaining("'tset'")
          .withMessageContaining("[val]");
    }
  }

  /** What already lies right is not copied: the loop's overhead depends on it. */
  @Test
  void batchesInPlaceAreNotCopied() {
    try (ImageSet set = images();
        PointerScope _ = new PointerScope();
        BatchStream stream = data(set, LastBatch.DROP, Prefetch.OFF).training(0, 0)) {
      MiniBatch taken = stream.next();
      long inputs = taken.inputs().data_ptr().address();
      long labels = taken.labels().data_ptr().address();
      MiniBatch moved = new Transfer(Bench.CPU, MemoryLayout.CHANNELS_LAST).toDevice(taken);
      assertThat(moved.inputs().data_ptr().address()).isEqualTo(inputs);
      assertThat(moved.labels().data_ptr().address()).isEqualTo(labels);
      assertThat(taken.inputs().isNull()).isTrue();
    }
  }
}
