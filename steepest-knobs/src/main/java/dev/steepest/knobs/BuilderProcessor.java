package dev.steepest.knobs;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/**
 * Writes {@code MuonBuilder} beside every top-level record {@code Muon} whose components are
 * hyper-parameters: annotated with {@code dev.steepest.optim.Knob}, or of a class annotated with
 * {@code dev.steepest.optim.Source}.
 *
 * <p>A component of such a record without a knob is an error where it stands. The annotations are
 * known by name only: this module depends on nothing.
 */
public final class BuilderProcessor extends AbstractProcessor {

  static final String KNOB = "dev.steepest.optim.Knob";
  static final String SOURCE = "dev.steepest.optim.Source";

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(KNOB, SOURCE);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Set<TypeElement> records = new LinkedHashSet<>();
    for (TypeElement annotation : annotations) {
      for (Element annotated : round.getElementsAnnotatedWith(annotation)) {
        Element type =
            annotated.getKind() == ElementKind.RECORD_COMPONENT
                ? annotated.getEnclosingElement()
                : annotated;
        if (type instanceof TypeElement candidate
            && candidate.getKind() == ElementKind.RECORD
            && candidate.getNestingKind() == NestingKind.TOP_LEVEL) {
          records.add(candidate);
        }
      }
    }
    for (TypeElement type : records) {
      if (everyComponentHasAKnob(type)) {
        write(type);
      }
    }
    return false; // others may be interested in the same annotations
  }

  private boolean everyComponentHasAKnob(TypeElement type) {
    boolean complete = true;
    for (RecordComponentElement component : type.getRecordComponents()) {
      if (KnobMirror.of(component).isEmpty()) {
        processingEnv
            .getMessager()
            .printMessage(
                Diagnostic.Kind.ERROR,
                type.getSimpleName()
                    + "."
                    + component.getSimpleName()
                    + " has no @Knob: every component needs one",
                component);
        complete = false;
      }
    }
    return complete;
  }

  private void write(TypeElement type) {
    String packageName =
        processingEnv.getElementUtils().getPackageOf(type).getQualifiedName().toString();
    BuilderSource source = BuilderSource.of(packageName, type);
    try (Writer out =
        processingEnv.getFiler().createSourceFile(source.qualifiedName(), type).openWriter()) {
      out.write(source.text());
    } catch (IOException failed) {
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR,
              "cannot write " + source.qualifiedName() + ": " + failed.getMessage(),
              type);
    }
  }
}
