package dev.steepest.optim;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One hyper-parameter: a component of a rule's record.
 *
 * <p>The only place where its default stands; configuration keys, range checks and documentation
 * are read from here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Knob {
  /** The symbol in the source, as written there. */
  String symbol();

  /**
   * The default: a number, {@code true} or {@code false}, or the lower-case name of an enum
   * constant.
   */
  String value();

  /**
   * Allowed interval of a number, such as {@code "[0, 1)"} or {@code "(0, inf)"}; empty for any.
   */
  String range() default "";

  /** One line: what it does. */
  String about();

  /**
   * Other settings under which this one has an effect, as {@code "key=value"} pairs joined by
   * commas; empty where it always has one. A threshold far from all sizes of small networks names a
   * value of its own near which it acts.
   */
  String activeWith() default "";
}
