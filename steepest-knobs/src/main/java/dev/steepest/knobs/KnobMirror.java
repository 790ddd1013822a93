package dev.steepest.knobs;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/**
 * What a knob says of a component, as the compiler sees it. What the annotation leaves out is
 * empty, as its own defaults are.
 *
 * @param symbol in the source
 * @param value the default
 * @param range allowed interval; empty for any
 * @param about one line
 */
record KnobMirror(String symbol, String value, String range, String about) {

  static Optional<KnobMirror> of(RecordComponentElement component) {
    return component.getAnnotationMirrors().stream()
        .filter(mirror ->
            ((TypeElement) mirror.getAnnotationType().asElement())
                .getQualifiedName()
                .contentEquals(BuilderProcessor.KNOB))
        .map(mirror ->
            mirror.getElementValues().entrySet().stream()
                .collect(
                    Collectors.toMap(
                        entry -> entry.getKey().getSimpleName().toString(),
                        entry -> String.valueOf(entry.getValue().getValue()))))
        .map(KnobMirror::of)
        .findFirst();
  }

  private static KnobMirror of(Map<String, String> values) {
    return new KnobMirror(
        values.getOrDefault("symbol", ""),
        values.getOrDefault("value", ""),
        values.getOrDefault("range", ""),
        values.getOrDefault("about", ""));
  }
}
