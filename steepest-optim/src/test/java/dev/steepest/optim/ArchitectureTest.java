package dev.steepest.optim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The direction of the module: rule and wrap, then optim, then tensor; routines of linear algebra
 * know no parameters.
 */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.steepest");

  @Test
  void layers_point_one_way() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("rule")
        .definedBy("dev.steepest.optim.rule")
        .layer("wrap")
        .definedBy("dev.steepest.optim.wrap")
        .layer("optim")
        .definedBy("dev.steepest.optim")
        .layer("linalg")
        .definedBy("dev.steepest.optim.linalg")
        .layer("tensor")
        .definedBy("dev.steepest.tensor")
        .whereLayer("rule")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("wrap")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("optim")
        .mayOnlyBeAccessedByLayers("rule", "wrap")
        .whereLayer("linalg")
        .mayOnlyBeAccessedByLayers("rule")
        .whereLayer("tensor")
        .mayOnlyBeAccessedByLayers("rule", "wrap", "optim", "linalg")
        .check(CLASSES);
  }

  @Test
  void packages_form_no_cycle() {
    slices().matching("dev.steepest.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothing_else_of_the_project_is_known() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.steepest.study..", "dev.steepest.lab..", "dev.steepest.cli..")
        .check(CLASSES);
  }

  @Test
  void library_code_does_not_print() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
  }

  @Test
  void files_stay_below_400_lines() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      List<Path> tooLong =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(ArchitectureTest::isLong)
              .toList();
      assertThat(tooLong).isEmpty();
    }
  }

  private static boolean isLong(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count() >= 400;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
