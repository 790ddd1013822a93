package dev.steepest.knobs;

import java.util.stream.Collectors;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/**
 * The text of one builder.
 *
 * @param qualifiedName of the builder's class
 * @param text the whole file
 */
record BuilderSource(String qualifiedName, String text) {

  private static final String FILE =
      """
      package %1$s;

      import dev.steepest.optim.Knobs;
      import java.util.LinkedHashMap;
      import java.util.Map;
      import javax.annotation.processing.Generated;

      /** Puts a {@link %2$s} together; a hyper-parameter that is not set has its default. */
      @Generated("dev.steepest.knobs.BuilderProcessor")
      %3$sfinal class %2$sBuilder {

        private final Map<String, Object> given = new LinkedHashMap<>();
      %4$s
        /**
         * The %2$s.
         *
         * @throws IllegalArgumentException listing every value that is out of range at once, each with what
         *     is allowed
         */
        public %2$s build() {
          return Knobs.make(%2$s.class, given);
        }
      }
      """;

  private static final String SETTER =
      """

        /**
         * %1$s: %2$s.
         *
         * @param value %3$s; default {@code %4$s}
         */
        public %5$s %6$s(%7$s value) {
          given.put(Knobs.key("%6$s"), value);
          return this;
        }
      """;

  static BuilderSource of(String packageName, TypeElement type) {
    String name = type.getSimpleName().toString();
    String setters =
        type.getRecordComponents().stream()
            .map(component -> setter(name + "Builder", component))
            .collect(Collectors.joining());
    String visibility = type.getModifiers().contains(Modifier.PUBLIC) ? "public " : "";
    return new BuilderSource(
        packageName + "." + name + "Builder",
        FILE.formatted(packageName, name, visibility, setters));
  }

  private static String setter(String builder, RecordComponentElement component) {
    KnobMirror knob = KnobMirror.of(component).orElseThrow();
    return SETTER.formatted(
        html(knob.symbol()),
        html(knob.about()),
        allowed(component.asType(), knob),
        knob.value(),
        builder,
        component.getSimpleName(),
        component.asType());
  }

  private static String allowed(TypeMirror type, KnobMirror knob) {
    return switch (type.getKind()) {
      case BOOLEAN -> "on or off";
      case LONG -> "a whole number" + within(knob);
      case DECLARED -> "one of " + constants((DeclaredType) type);
      default -> "a number" + within(knob);
    };
  }

  private static String within(KnobMirror knob) {
    return knob.range().isEmpty() ? "" : " in {@code " + knob.range() + "}";
  }

  private static String constants(DeclaredType type) {
    return type.asElement().getEnclosedElements().stream()
        .filter(element -> element.getKind() == ElementKind.ENUM_CONSTANT)
        .map(element -> "{@code " + element.getSimpleName() + "}")
        .collect(Collectors.joining(", "));
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;");
  }
}
