package dev.steepest.optim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Every rule on the class path, found by looking, not listed: the classes of package {@code
 * dev.steepest.optim.rule} in every folder and jar. Adding a rule is therefore adding one file.
 */
public final class Rules {

  private static final String PACKAGE = Rules.class.getPackageName() + ".rule";
  private static final String FOLDER = PACKAGE.replace('.', '/') + "/";

  private Rules() {}

  /** All rules, by name. */
  public static List<Class<? extends Rule>> all() {
    return Found.RULES;
  }

  /** The record that a rule is, for {@link Knobs}. */
  public static Class<? extends Record> hyper(Class<? extends Rule> rule) {
    return rule.asSubclass(Record.class);
  }

  /** A rule from configuration; problems as {@link Knobs#make}. */
  public static <R extends Rule> R make(Class<R> rule, Map<String, ?> given) {
    return rule.cast(Knobs.make(hyper(rule), given));
  }

  private static final class Found {
    static final List<Class<? extends Rule>> RULES = find();
  }

  private static List<Class<? extends Rule>> find() {
    ClassLoader loader = Rules.class.getClassLoader();
    TreeSet<String> names = new TreeSet<>();
    try {
      for (URL place : loader.resources(FOLDER).toList()) {
        names.addAll(classesAt(place));
      }
      // A jar written without folder entries answers no resource; its classes are still in it.
      URL own = Rules.class.getProtectionDomain().getCodeSource().getLocation();
      if (own.getPath().endsWith(".jar")) {
        try (JarFile jar = new JarFile(Path.of(own.toURI()).toFile())) {
          names.addAll(classesIn(jar));
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot look for rules in " + FOLDER, failed);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
    List<Class<? extends Rule>> rules = new ArrayList<>();
    for (String name : names) {
      Class<?> type = load(loader, name);
      if (Rule.class.isAssignableFrom(type)
          && !Modifier.isAbstract(type.getModifiers())
          && Modifier.isPublic(type.getModifiers())) {
        if (!type.isRecord()) {
          throw new IllegalStateException(
              name + " implements Rule but is no record; a rule is its hyper-parameters");
        }
        rules.add(type.asSubclass(Rule.class));
      }
    }
    rules.sort(Comparator.comparing(Class::getSimpleName));
    return List.copyOf(rules);
  }

  private static Class<?> load(ClassLoader loader, String name) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<String> classesAt(URL place) throws IOException, URISyntaxException {
    if (place.getProtocol().equals("file")) {
      try (Stream<Path> files = Files.list(Path.of(URI.create(place.toString())))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(Rules::isTopLevel)
            .map(Rules::className)
            .toList();
      }
    }
    if (place.openConnection() instanceof JarURLConnection jar) {
      return classesIn(jar.getJarFile());
    }
    return List.of();
  }

  private static List<String> classesIn(JarFile jar) {
    return jar.stream()
        .map(entry -> entry.getName())
        .filter(name -> name.startsWith(FOLDER))
        .map(name -> name.substring(FOLDER.length()))
        .filter(Rules::isTopLevel)
        .map(Rules::className)
        .toList();
  }

  private static boolean isTopLevel(String file) {
    return file.endsWith(".class")
        && !file.contains("$")
        && !file.contains("/")
        && !file.contains("-");
  }

  private static String className(String file) {
    return PACKAGE + "." + file.substring(0, file.length() - ".class".length());
  }
}
