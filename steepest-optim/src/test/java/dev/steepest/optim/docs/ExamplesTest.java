package dev.steepest.optim.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples compile against the library alone and learn; the pages show what they hold. */
class ExamplesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path SOURCES = ROOT.resolve("examples/plain-module/src/main/java/example");
  private static final Pattern LOSS = Pattern.compile("step +(\\d+)  loss ([0-9.]+)");
  private static final Pattern BLOCK =
      Pattern.compile("<!-- from (\\S+) (\\S+) -->\\n```(\\w+)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FENCED = Pattern.compile("^```(java|xml)", Pattern.MULTILINE);

  @TempDir Path classes;

  @ParameterizedTest
  // Two interleaved spirals: guessing costs ln 2 = .693. Measured: .21 and .0003, .0004.
  @CsvSource({"Train, 0.4", "Resume, 0.1"})
  void examples_learn(String program, double enough) throws Exception {
    compile();
    List<MatchResult> losses = LOSS.matcher(run(program)).results().toList();
    assertThat(losses).hasSizeGreaterThanOrEqualTo(6);
    for (int i = 0; i < losses.size(); i++) {
      double loss = Double.parseDouble(losses.get(i).group(2));
      boolean first = losses.get(i).group(1).equals("0");
      boolean last = i + 1 == losses.size() || losses.get(i + 1).group(1).equals("0");
      if (first) {
        assertThat(loss).isBetween(0.6, 0.8);
      } else if (last) {
        assertThat(loss).isLessThan(enough);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/quickstart-library.md", "steepest-optim/README.md"})
  void pages_show_what_is_compiled(String page) throws IOException {
    String text = Files.readString(ROOT.resolve(page));
    List<MatchResult> blocks = BLOCK.matcher(text).results().toList();
    assertThat(blocks).isNotEmpty();
    assertThat(FENCED.matcher(text).results().count())
        .as("blocks of %s, each under a line <!-- from FILE REGION -->", page)
        .isEqualTo(blocks.size());
    for (MatchResult block : blocks) {
      assertThat(block.group(4))
          .as("%s: region [%s] of %s", page, block.group(2), block.group(1))
          .isEqualTo(region(ROOT.resolve(block.group(1)), block.group(2)));
    }
  }

  @Test
  void the_example_depends_on_the_library_only() throws IOException {
    String pom = Files.readString(ROOT.resolve("examples/plain-module/pom.xml"));
    assertThat(pom).containsOnlyOnce("<dependency>").doesNotContain("<parent>");
    assertThat(pom).contains("<artifactId>steepest-optim</artifactId>");
  }

  /** The lines between {@code [name]} and {@code [end]}, moved to the left margin. */
  private static String region(Path file, String name) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(file)) {
      if (line.contains("[end]")) {
        inside = false;
      } else if (line.contains("[" + name + "]")) {
        inside = true;
      } else if (inside) {
        lines.add(line);
      }
    }
    assertThat(lines).as("region [%s] of %s", name, file).isNotEmpty();
    return String.join("\n", lines).stripIndent() + "\n";
  }

  private void compile() throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new DiagnosticCollector<JavaFileObject>();
    try (var files = compiler.getStandardFileManager(said, null, StandardCharsets.UTF_8);
        Stream<Path> sources = Files.list(SOURCES)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  said,
                  List.of("-d", classes.toString(), "-cp", classPath(), "-Xlint:all"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources.toList()))
              .call();
      assertThat(compiled).as("%s", said.getDiagnostics()).isTrue();
    }
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private String run(String program) throws ReflectiveOperationException, IOException {
    PrintStream before = System.out;
    int threads = torch.get_num_threads();
    var out = new ByteArrayOutputStream();
    try (var loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, ExamplesTest.class.getClassLoader())) {
      torch.set_num_threads(1); // matrices of 64 rows: two threads would only wait for each other
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      loader
          .loadClass("example." + program)
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
      torch.set_num_threads(threads);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
