package dev.steepest.lab.data;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Data knows neither networks nor optimizers nor studies, and its packages form no cycle. */
class DataPackagesTest {

  /** Without reading the classes of libraries, which takes ten seconds for libtorch alone. */
  private static final JavaClasses CLASSES =
      ArchConfiguration.withThreadLocalScope(configuration -> {
        configuration.setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.steepest.lab.data");
      });

  @Test
  void knowsNothingOfItsUsers() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.steepest.study..",
            "dev.steepest.optim..",
            "dev.steepest.lab.model..",
            "dev.steepest.lab.task..",
            "dev.steepest.lab.train..",
            "dev.steepest.lab.run..",
            "dev.steepest.lab.catalog..")
        .check(CLASSES);
  }

  @Test
  void hasNoCycles() {
    slices().matching("dev.steepest.lab.(data..)").should().beFreeOfCycles().check(CLASSES);
  }
}
