package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final List<String> HEADER = List.of("first", "second", "difference");

  @Test
  void namesLeanLeftAndNumbersRight() {
    TextTable table = new TextTable(2, HEADER);
    table.add(List.of("muon", "adamw", "+1.5"));
    assertThat(table.render(100, "  "))
        .isEqualTo(
            """
              first  second  difference
              muon   adamw         +1.5
            """);
  }

  @Test
  void namesThatDifferInTheirEndsStillDifferWhenCut() {
    TextTable table = new TextTable(2, HEADER);
    table.add(List.of("pixels_adamw lr=0.03", "pixels_adamw lr=0.1", "+1.5"));
    table.add(List.of("pixels_adamw lr=0.01", "sgd", "−10"));
    assertThat(table.render(40, ""))
        .isEqualTo(
            """
            first          second         difference
            pixels…r=0.03  pixels…lr=0.1        +1.5
            pixels…r=0.01  sgd                   −10
            """);
  }

  @Test
  void whatCannotBeToldApartIsNotCut() {
    TextTable table = new TextTable(1, List.of("arm", "value"));
    table.add(List.of("implicit_adamw lr=0.003", "1"));
    table.add(List.of("implicit_muon lr=0.003", "2"));
    assertThat(table.render(20, "").lines())
        .anyMatch(line -> line.matches("implicit_a.*=0.003 .*1"))
        .anyMatch(line -> line.matches("implicit_m.*=0.003 .*2"));
  }

  @Test
  void numbersAreNeverCut() {
    TextTable table = new TextTable(1, List.of("arm", "value"));
    table.add(List.of("a name of some length", "123456789"));
    assertThat(table.render(10, "")).contains("123456789").contains("a na…gth");
  }
}
