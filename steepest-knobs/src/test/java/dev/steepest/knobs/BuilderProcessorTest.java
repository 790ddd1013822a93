package dev.steepest.knobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles records against stand-ins of the library's annotations. */
class BuilderProcessorTest {

  private static final String ANNOTATIONS =
      """
      package dev.steepest.optim;
      import java.lang.annotation.*;
      public @interface Knob { String symbol(); String value(); String range() default ""; String about(); }
      @interface Source { }
      """;

  private static final String KNOBS =
      """
      package dev.steepest.optim;
      public class Knobs {
        public static String key(String component) { return component; }
        public static <H extends Record> H make(Class<H> type, java.util.Map<String, ?> given) { return null; }
      }
      """;

  @TempDir Path folder;

  private final DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();

  @Test
  void a_record_gets_a_setter_for_each_knob() throws IOException {
    String rule =
        """
        package rules;
        import dev.steepest.optim.Knob;
        public record Rule(
            @Knob(symbol = "η", value = "0.1", range = "(0, inf)", about = "rate & <more>") double learningRate,
            @Knob(symbol = "n", value = "3", about = "steps") long steps,
            @Knob(symbol = "on", value = "true", about = "whether") boolean on,
            @Knob(symbol = "F", value = "b", about = "which") Form form) {
          public enum Form { A, B }
          public static RuleBuilder builder() { return new RuleBuilder(); }
        }
        """;
    assertThat(compiles(rule)).as("%s", said.getDiagnostics()).isTrue();
    assertThat(Files.readString(folder.resolve("rules/RuleBuilder.java")))
        .contains("public final class RuleBuilder")
        .contains("public RuleBuilder learningRate(double value)")
        .contains("η: rate &amp; &lt;more&gt;.")
        .contains("@param value a number in {@code (0, inf)}; default {@code 0.1}")
        .contains("public RuleBuilder steps(long value)")
        .contains("@param value a whole number; default {@code 3}")
        .contains("public RuleBuilder on(boolean value)")
        .contains("public RuleBuilder form(rules.Rule.Form value)")
        .contains("@param value one of {@code A}, {@code B}; default {@code b}")
        .contains("public Rule build()");
  }

  @Test
  void a_component_without_knob_is_refused_where_it_stands() throws IOException {
    String rule =
        """
        package rules;
        import dev.steepest.optim.Knob;
        record Rule(
            @Knob(symbol = "η", value = "0.1", about = "rate") double lr,
            double forgotten) {}
        """;
    assertThat(compiles(rule)).isFalse();
    assertThat(said.getDiagnostics())
        .anySatisfy(problem -> {
          assertThat(problem.getMessage(Locale.ROOT))
              .isEqualTo("Rule.forgotten has no @Knob: every component needs one");
          assertThat(problem.getLineNumber()).isEqualTo(5);
        });
    assertThat(folder.resolve("rules/RuleBuilder.java")).doesNotExist();
  }

  @Test
  void nested_and_other_records_are_left_alone() throws IOException {
    String rules =
        """
        package rules;
        import dev.steepest.optim.Knob;
        class Rules {
          private record Nested(@Knob(symbol = "η", value = "0.1", about = "rate") double lr) {}
        }
        record Plain(double x) {}
        """;
    assertThat(compiles(rules)).isTrue();
    assertThat(folder.resolve("rules")).isDirectoryNotContaining("glob:**Builder.java");
  }

  private boolean compiles(String source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = List.of("-d", folder.toString(), "-s", folder.toString());
    var task =
        compiler.getTask(
            null,
            null,
            said,
            options,
            null,
            List.of(
                file("dev/steepest/optim/Knob", ANNOTATIONS),
                file("dev/steepest/optim/Knobs", KNOBS),
                file(source.contains("class Rules") ? "rules/Rules" : "rules/Rule", source)));
    task.setProcessors(List.of(new BuilderProcessor()));
    return task.call();
  }

  private static JavaFileObject file(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("memory:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
