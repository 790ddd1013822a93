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
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Finds the public records of one kind in one package, in every folder and jar of the class path.
 *
 * @param <T> the interface that they implement
 */
final class ClassScan<T> {

  private final Class<T> kind;
  private final String packageName;
  private final String folder;

  private ClassScan(Class<T> kind, String subpackage) {
    this.kind = kind;
    this.packageName = ClassScan.class.getPackageName() + "." + subpackage;
    this.folder = packageName.replace('.', '/') + "/";
  }

  /**
   * What implements {@code kind} in {@code dev.steepest.optim.<subpackage>}, by name.
   *
   * @throws IllegalStateException where one of them is no record
   */
  static <T> List<Class<? extends T>> find(Class<T> kind, String subpackage) {
    return new ClassScan<>(kind, subpackage).find();
  }

  private List<Class<? extends T>> find() {
    ClassLoader loader = ClassScan.class.getClassLoader();
    TreeSet<String> names = new TreeSet<>();
    try {
      for (URL place : loader.resources(folder).toList()) {
        names.addAll(classesAt(place));
      }
      // A jar written without folder entries answers no resource; its classes are still in it.
      URL own = ClassScan.class.getProtectionDomain().getCodeSource().getLocation();
      if (own.getPath().endsWith(".jar")) {
        try (JarFile jar = new JarFile(Path.of(own.toURI()).toFile())) {
          names.addAll(classesIn(jar));
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot look for classes in " + folder, failed);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
    List<Class<? extends T>> found = new ArrayList<>();
    for (String name : names) {
      Class<?> type = load(loader, name);
      if (kind.isAssignableFrom(type)
          && !Modifier.isAbstract(type.getModifiers())
          && Modifier.isPublic(type.getModifiers())) {
        if (!type.isRecord()) {
          throw new IllegalStateException(
              name
                  + " implements "
                  + kind.getSimpleName()
                  + " but is no record; it is its hyper-parameters");
        }
        found.add(type.asSubclass(kind));
      }
    }
    found.sort(Comparator.comparing(Class::getSimpleName));
    return List.copyOf(found);
  }

  private static Class<?> load(ClassLoader loader, String name) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private List<String> classesAt(URL place) throws IOException, URISyntaxException {
    if (place.getProtocol().equals("file")) {
      try (Stream<Path> files = Files.list(Path.of(URI.create(place.toString())))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(ClassScan::isTopLevel)
            .map(this::className)
            .toList();
      }
    }
    if (place.openConnection() instanceof JarURLConnection jar) {
      return classesIn(jar.getJarFile());
    }
    return List.of();
  }

  private List<String> classesIn(JarFile jar) {
    return jar.stream()
        .map(entry -> entry.getName())
        .filter(name -> name.startsWith(folder))
        .map(name -> name.substring(folder.length()))
        .filter(ClassScan::isTopLevel)
        .map(this::className)
        .toList();
  }

  private static boolean isTopLevel(String file) {
    return file.endsWith(".class")
        && !file.contains("$")
        && !file.contains("/")
        && !file.contains("-");
  }

  private String className(String file) {
    return packageName + "." + file.substring(0, file.length() - ".class".length());
  }
}
