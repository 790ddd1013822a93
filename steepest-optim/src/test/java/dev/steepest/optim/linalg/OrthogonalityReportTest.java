package dev.steepest.optim.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The tables of {@code docs/orthogonality.md} are what the code does; times are not compared. */
class OrthogonalityReportTest {

  private static final Path DOCUMENT = Path.of("../docs/orthogonality.md");
  private static final Pattern NUMBER = Pattern.compile("\\d+\\.\\d+");
  private static final String BANDS = "<!-- bands -->\n";
  private static final String NETWORKS = "<!-- networks -->\n";
  private static final String END = "<!-- end -->";

  @Test
  void bands_in_the_document_are_current() throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    for (OrthogonalityReport.Row row : OrthogonalityReport.rows()) {
      String line =
          lines.stream()
              .filter(l -> l.startsWith(row.key()))
              .findFirst()
              .orElseThrow(() ->
                  new AssertionError(
                      DOCUMENT + " has no line '" + row.key() + "'; write it anew: see its end"));
      // bfloat16: processors add in different orders, a rounding is .004 and grows; a third digit
      // more of float32 and float64 is rounding of the text.
      double tolerance = row.precision() == Precision.BFLOAT16 ? 0.03 : 0.002;
      List<Double> written = numbers(line.substring(row.key().length()));
      List<Double> computed = numbers(row.numbers());
      for (int i = 0; i < computed.size(); i++) {
        assertThat(written.get(i))
            .as("number %d of %s", i, row.key())
            .isCloseTo(computed.get(i), within(tolerance));
      }
    }
  }

  private static List<Double> numbers(String text) {
    return NUMBER.matcher(text).results().map(m -> Double.valueOf(m.group())).toList();
  }

  /**
   * {@code ./mvnw -pl steepest-optim test -Dtest=OrthogonalityReportTest#write
   * -Dsteepest.write=orthogonality}.
   */
  @Test
  @EnabledIfSystemProperty(named = "steepest.write", matches = "orthogonality")
  void write() throws IOException {
    int threads = torch.get_num_threads();
    torch.set_num_threads(1); // one thread's processor time is the whole
    try {
      List<String> bands = new ArrayList<>();
      for (OrthogonalityReport.Row row : OrthogonalityReport.rows()) {
        bands.add(
            row.key() + row.numbers() + " %.2f |".formatted(OrthogonalityReport.relativeTime(row)));
      }
      String text = Files.readString(DOCUMENT);
      text = replaced(text, BANDS, bands);
      text = replaced(text, NETWORKS, OrthogonalityReport.networks());
      Files.writeString(DOCUMENT, text);
      assertThat(Files.readString(DOCUMENT)).contains(bands);
    } finally {
      torch.set_num_threads(threads);
    }
  }

  /** Replaces the rows of the table between a mark and the next end, keeping its two head lines. */
  private static String replaced(String text, String mark, List<String> rows) {
    int start = text.indexOf(mark) + mark.length();
    int end = text.indexOf(END, start);
    List<String> head = text.substring(start, end).lines().limit(2).toList();
    return text.substring(0, start)
        + String.join("\n", head)
        + "\n"
        + String.join("\n", rows)
        + "\n"
        + text.substring(end);
  }
}
