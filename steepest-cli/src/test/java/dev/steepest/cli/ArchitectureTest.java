package dev.steepest.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The house as docs/architecture.md draws it: across modules; each module's tests hold its own
 * rooms.
 */
class ArchitectureTest {
  private static final int LONGEST_FILE = 400;

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.steepest");
    assertThat(classes).as("classes to look at").hasSizeGreaterThan(100);
  }

  @Test
  void studyAndOptimDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.steepest.study..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.steepest.optim..", "dev.steepest.tensor..", "dev.steepest.lab..", "org.bytedeco..")
        .check(classes);
  }

  @Test
  void optimKnowsNoStudyAndNoLab() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.steepest.optim..", "dev.steepest.tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.steepest.study..", "dev.steepest.lab..")
        .check(classes);
  }

  @Test
  void nobodyKnowsTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.steepest.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.steepest.cli..")
        .check(classes);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.steepest.cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(classes);
  }

  @Test
  void noFileIsLong() throws IOException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    try (Stream<Path> files = Files.walk(root)) {
      List<String> tooLong =
          files
              .filter(f -> f.toString().endsWith(".java") && !f.toString().contains("target"))
              .filter(f -> lines(f) > LONGEST_FILE)
              .map(f -> root.relativize(f) + ": " + lines(f))
              .toList();
      assertThat(tooLong).as("files over %d lines", LONGEST_FILE).isEmpty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
