package dev.steepest.study;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The directions of imports inside the module, and the size of its files. */
class ArchitectureTest {
  private static final String ROOT = "dev.steepest.study.";

  /** Lines that one file may have. */
  private static final int LONGEST_FILE = 400;

  /**
   * What each package may import of the others. An experiment becomes the specifications of runs; a
   * record holds the specification of its run, and a study's folder its decision rule. A sweep
   * joins a search with the runs that it proposes, and trackers retell records in the formats of
   * others.
   */
  private static final Map<String, List<String>> MAY_IMPORT =
      new TreeMap<>(
          Map.of(
              "file", List.of(),
              "stats", List.of(),
              "experiment", List.of("file"),
              "plan", List.of("experiment"),
              "record", List.of("experiment", "plan"),
              "search", List.of("stats"),
              "sweep", List.of("file", "plan", "search"),
              "track", List.of("file", "plan", "record"),
              "compare", List.of("experiment", "plan", "record", "stats"),
              "report",
                  List.of("compare", "experiment", "plan", "record", "search", "stats", "sweep")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.steepest");

  @TestFactory
  Stream<DynamicTest> packagesImportOnlyWhatTheyMay() {
    return MAY_IMPORT.keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> imports(name).check(CLASSES)));
  }

  private static ArchRule imports(String name) {
    String[] forbidden =
        MAY_IMPORT.keySet().stream()
            .filter(other -> !other.equals(name) && !MAY_IMPORT.get(name).contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothingHereKnowsTensorsOrStartsRuns() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.bytedeco..", "dev.steepest.tensor..", "dev.steepest.optim..", "dev.steepest.lab..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "report..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Process.class)
        .check(CLASSES);
  }

  @Test
  void nobodyPrints() {
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
  }

  @Test
  void everyPackageHasAPlace() {
    assertThat(
            CLASSES.stream()
                .map(c -> c.getPackageName())
                .filter(p -> p.startsWith(ROOT))
                .map(p -> p.substring(ROOT.length()).split("\\.")[0])
                .distinct())
        .isSubsetOf(MAY_IMPORT.keySet());
  }

  @Test
  void noFileIsLong() throws IOException {
    for (String tree : Arrays.asList("src/main", "src/test")) {
      try (Stream<Path> files = Files.walk(Path.of(tree))) {
        for (Path file : files.filter(ArchitectureTest::written).toList()) {
          assertThat(Files.readAllLines(file))
              .as(file.toString())
              .hasSizeLessThanOrEqualTo(LONGEST_FILE);
        }
      }
    }
  }

  /** Sources that people write; the plotting script is another's. */
  private static boolean written(Path file) {
    String name = file.getFileName().toString();
    return name.matches(".*\\.(java|jte|js|css)") && !name.startsWith("uplot-");
  }
}
