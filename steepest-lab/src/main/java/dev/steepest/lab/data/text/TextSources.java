package dev.steepest.lab.data.text;

import java.util.List;
import java.util.stream.Collectors;

/** The kinds of text that are known by name. */
public final class TextSources {

  private static final List<TextSource> ALL =
      List.of(new Fineweb(), new TextFolder(), new TokenFolder());

  private TextSources() {}

  /** In alphabetical order of their names. */
  public static List<TextSource> all() {
    return ALL;
  }

  /** The source of this name; an unknown name is answered with the known ones. */
  public static TextSource named(String name) {
    return ALL.stream()
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no text is called '%s'; known are %s"
                    .formatted(
                        name,
                        ALL.stream().map(TextSource::name).collect(Collectors.joining(", ")))));
  }
}
