package dev.steepest.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom in the laboratory. */
class ArchitectureTest {
  private static final int LONGEST_FILE = 400;

  private static final JavaClasses CLASSES = read();

  private static JavaClasses read() {
    // The mapping of libtorch has thousands of classes, none of which matters here.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("dev.steepest.lab");
  }

  @Test
  void modelsAndDataDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("..lab.model..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..lab.data..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("..lab.data..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..lab.model..", "..lab.train..", "dev.steepest.optim..")
        .check(CLASSES);
  }

  @Test
  void theLoopDoesNotKnowHowRunsAreRecorded() {
    noClasses()
        .that()
        .resideInAnyPackage("..lab.train..", "..lab.model..", "..lab.data..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.steepest.study..")
        .check(CLASSES);
  }

  @Test
  void modelsKnowNoRule() {
    noClasses()
        .that()
        .resideInAPackage("..lab.model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.steepest.optim.rule..", "..lab.train..")
        .check(CLASSES);
  }

  @Test
  void kernelsKnowTensorsOnly() {
    noClasses()
        .that()
        .resideInAPackage("..lab.kernel..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "dev.steepest.lab.kernel..",
            "dev.steepest.tensor..",
            "org.bytedeco..",
            "java..",
            "jdk.incubator.vector..")
        .check(CLASSES);
  }

  @Test
  void aTeamKnowsOptimizersAndTensorsOnly() {
    noClasses()
        .that()
        .resideInAPackage("..lab.distributed..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "dev.steepest.lab.distributed..",
            "dev.steepest.optim..",
            "dev.steepest.tensor..",
            "org.bytedeco..",
            "java..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.steepest.lab.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothingPrints() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  @Test
  void filesStayShort() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .isNotEmpty()
          .allSatisfy(
              file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(LONGEST_FILE));
    }
  }
}
