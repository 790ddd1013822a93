package dev.steepest.optim;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Every wrapper on the class path, found by looking, not listed: the classes of package {@code
 * dev.steepest.optim.wrap} in every folder and jar. Adding a wrapper is therefore adding one file.
 */
public final class Wrappers {

  private Wrappers() {}

  /** All wrappers, by name. */
  public static List<Class<? extends Wrapper>> all() {
    return Found.WRAPPERS;
  }

  /** The record that a wrapper is, for {@link Knobs}. */
  public static Class<? extends Record> hyper(Class<? extends Wrapper> wrapper) {
    return wrapper.asSubclass(Record.class);
  }

  /** A wrapper from configuration; problems as {@link Knobs#make}. */
  public static <W extends Wrapper> W make(Class<W> wrapper, Map<String, ?> given) {
    return wrapper.cast(Knobs.make(hyper(wrapper), given));
  }

  /** What configuration calls a wrapper: {@code sam}, {@code decoupled_decay}. */
  public static String name(Class<? extends Wrapper> wrapper) {
    return Knobs.name(wrapper);
  }

  /**
   * The order in which configuration puts wrappers around rules, outermost first: by {@link
   * Wrapper#place}, then by name.
   */
  static final Comparator<Wrapper> OUTERMOST_FIRST =
      Comparator.comparing(Wrapper::place).thenComparing(wrapper -> name(wrapper.getClass()));

  private static final class Found {
    static final List<Class<? extends Wrapper>> WRAPPERS = ClassScan.find(Wrapper.class, "wrap");
  }
}
