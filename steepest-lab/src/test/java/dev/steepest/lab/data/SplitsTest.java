package dev.steepest.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SplitsTest {

  /** 100, 60 and 40 of three classes, mixed; pixels tell positions apart. */
  private static ImageSet uneven() {
    return TestImages.labelled(
        LongStream.range(0, 200)
            .map(i -> i * 7 % 200)
            .map(k -> k < 100 ? 0 : k < 160 ? 1 : 2)
            .toArray());
  }

  @Test
  void takesTheShareOfEachClass() {
    try (ImageSet train = uneven();
        Splits splits = Splits.carve(train, TestImages.labelled(0), 21, 1)) {
      // Exact shares 10.5, 6.3, 4.2: the largest remainder belongs to the first class.
      assertThat(count(splits.validation())).containsExactly(11, 6, 4);
      assertThat(count(splits.train())).containsExactly(89, 54, 36);
    }
  }

  @Test
  void partsAreDisjointAndTogetherTheWhole() {
    try (ImageSet train = uneven();
        Splits splits = Splits.carve(train, TestImages.labelled(0), 50, 1)) {
      int[] both =
          LongStream.concat(pixels(splits.train()), pixels(splits.validation()))
              .mapToInt(v -> (int) v)
              .sorted()
              .toArray();
      assertThat(both).hasSize(200).doesNotHaveDuplicates();
    }
  }

  @Test
  void followsFromTheSplitSeedAlone() {
    try (ImageSet train = uneven();
        Splits a = Splits.carve(train, TestImages.labelled(0), 50, 1);
        Splits same = Splits.carve(train, TestImages.labelled(0), 50, 1);
        Splits other = Splits.carve(train, TestImages.labelled(0), 50, 2)) {
      assertThat(same.checksums()).isEqualTo(a.checksums());
      assertThat(other.validation().checksum()).isNotEqualTo(a.validation().checksum());
    }
  }

  @Test
  void mayBeEmpty() {
    try (ImageSet train = uneven();
        Splits splits = Splits.carve(train, TestImages.labelled(0), 0, 1)) {
      assertThat(splits.validation().size()).isZero();
      assertThat(splits.train().checksum()).isEqualTo(train.checksum());
    }
  }

  @Test
  void refusesToLeaveNothingToTrainOn() {
    try (ImageSet train = uneven()) {
      assertThatThrownBy(() -> Splits.carve(train, train, 200, 1))
          .hasMessage("validation size must be 0 … 199 for labelled, got 200");
    }
  }

  private static long[] count(ImageSet set) {
    long[] count = new long[3];
    Arrays.stream(set.labelArray()).forEach(label -> count[(int) label]++);
    return count;
  }

  private static LongStream pixels(ImageSet set) {
    return TensorMemory.segment(set.images())
        .elements(ValueLayout.JAVA_BYTE)
        .mapToLong(one -> one.get(ValueLayout.JAVA_BYTE, 0) & 0xFF);
  }
}
