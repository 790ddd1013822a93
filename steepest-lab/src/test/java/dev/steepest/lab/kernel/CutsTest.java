package dev.steepest.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutsTest {
  @ParameterizedTest
  @CsvSource({"1,100,50,1", "7,10,30,3", "512,123008,8388608,8", "10,1,100,1", "5,10,10,5"})
  void piecesAreSmallEnoughAndCoverEveryImageOnce(int images, long bytes, long most, int pieces) {
    Cuts cuts = Cuts.of(images, bytes, most);
    assertThat(cuts.pieces()).isEqualTo(pieces);
    assertThat(cuts.images()).isEqualTo(images);
    int next = 0;
    for (int piece = 0; piece < cuts.pieces(); piece++) {
      assertThat(cuts.from(piece)).isEqualTo(next);
      assertThat(cuts.count(piece)).isPositive();
      assertThat(cuts.count(piece) == 1 || cuts.count(piece) * bytes <= most).isTrue();
      for (int i = 0; i < cuts.count(piece); i++) {
        assertThat(cuts.pieceOf(next++)).isEqualTo(piece);
      }
    }
    assertThat(next).isEqualTo(images);
  }
}
