package dev.steepest.study.plan;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The complete configuration of one run: an immutable tree of named values, every default filled
 * in.
 *
 * <p>Leaves are {@link String}, {@link Long}, {@link Double} or {@link Boolean}; inner nodes are
 * maps. Keys are sorted, so that equal settings have one written form, whose hash names the run. A
 * dotted path such as {@code "optimizer.lr"} reaches into the tree.
 */
public record Settings(SortedMap<String, Object> tree) {

  public Settings(Map<String, ?> tree) {
    this(sorted(tree));
  }

  public Settings {
    tree = sorted(tree);
  }

  /** The text at {@code path}; throws {@link NoSuchElementException} where there is none. */
  public String text(String path) {
    return at(path, String.class);
  }

  /** The number at {@code path}, whole or not. */
  public double number(String path) {
    return at(path, Number.class).doubleValue();
  }

  /** The whole number at {@code path}. */
  public long whole(String path) {
    return at(path, Long.class);
  }

  public boolean flag(String path) {
    return at(path, Boolean.class);
  }

  /** The sub-tree at {@code path}. */
  public Settings section(String path) {
    return new Settings(asMap(at(path, Map.class)));
  }

  /**
   * Every value by its dotted path, as it is written: two values are equal where their texts are,
   * so that 1 is 1.0, and 0.1 is not the double next to it.
   */
  SortedMap<String, String> texts() {
    SortedMap<String, String> texts = new TreeMap<>();
    values().forEach((path, value) -> texts.put(path, text(value)));
    return texts;
  }

  private static String text(Object value) {
    return value instanceof Double d && Double.isFinite(d)
        ? new BigDecimal(Double.toString(d)).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }

  /** Every value by its dotted path, e.g. {@code optimizer.rest.lr}. */
  public SortedMap<String, Object> values() {
    SortedMap<String, Object> values = new TreeMap<>();
    collect("", tree, values);
    return values;
  }

  private static void collect(String prefix, Map<?, ?> tree, SortedMap<String, Object> values) {
    tree.forEach((key, value) -> {
      if (value instanceof Map<?, ?> node) {
        collect(prefix + key + ".", node, values);
      } else {
        values.put(prefix + key, value);
      }
    });
  }

  public boolean has(String path) {
    return find(path) != null;
  }

  private <T> T at(String path, Class<T> type) {
    Object value = find(path);
    if (value == null) {
      throw new NoSuchElementException("no setting '" + path + "' among " + tree.keySet());
    }
    if (!type.isInstance(value)) {
      throw new ClassCastException(
          "setting '" + path + "' is " + value + ", not a " + type.getSimpleName());
    }
    return type.cast(value);
  }

  private Object find(String path) {
    Object node = tree;
    for (String key : path.split("\\.", -1)) {
      if (!(node instanceof Map<?, ?> map)) {
        return null;
      }
      node = map.get(key);
    }
    return node;
  }

  private static SortedMap<String, Object> sorted(Map<String, ?> map) {
    SortedMap<String, Object> copy = new TreeMap<>();
    map.forEach((key, value) -> copy.put(key, leafOrNode(key, value)));
    return Collections.unmodifiableSortedMap(copy);
  }

  private static Object leafOrNode(String key, Object value) {
    return switch (value) {
      case Map<?, ?> node -> sorted(asMap(node));
      case Integer whole -> whole.longValue();
      case Float number -> number.doubleValue();
      case String _, Long _, Double _, Boolean _ -> value;
      case null -> throw new IllegalArgumentException("setting '" + key + "' has no value");
      default ->
          throw new IllegalArgumentException(
              "setting '" + key + "' is a " + value.getClass().getName());
    };
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> asMap(Map<?, ?> map) {
    return (Map<String, ?>) map;
  }
}
