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
  void longNamesLoseTheirMiddle() {
    TextTable table = new TextTable(2, HEADER);
    table.add(List.of("a_network_with_a_name lr=0.03", "a_network_with_a_name lr=0.1", "+1.5"));
    table.add(List.of("a_network_with_a_name lr=0.01", "sgd", "−10"));
    assertThat(table.render(54, ""))
        .isEqualTo(
            """
            first                 second                difference
            a_network_…e lr=0.03  a_network_…me lr=0.1        +1.5
            a_network_…e lr=0.01  sgd                          −10
            """);
  }

  @Test
  void whatCannotBeToldApartIsNotCut() {
    TextTable table = new TextTable(1, List.of("arm", "value"));
    table.add(List.of("a_network_with_a_name_adamw lr=0.003", "1"));
    table.add(List.of("a_network_with_a_name_muon_ lr=0.003", "2"));
    List<String> lines = table.render(20, "").lines().map(line -> line.split(" {2}")[0]).toList();
    assertThat(lines).doesNotHaveDuplicates().last().asString().contains("…");
  }

  @Test
  void shortNamesAndNumbersAreNeverCut() {
    TextTable table = new TextTable(1, List.of("arm", "value"));
    table.add(List.of("a name of some length", "123456789"));
    table.add(List.of("fourier_muon lr=0.01", "1"));
    assertThat(table.render(10, ""))
        .contains("123456789")
        .contains("a name of …me length")
        .contains("fourier_muon lr=0.01");
  }
}
