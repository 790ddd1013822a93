package dev.steepest.optim;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Where a rule comes from. Every rule carries one; the documentation table is generated from it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Source {
  /** Title of the paper or repository. */
  String title();

  String authors();

  int year();

  /** Address of the paper or code. */
  String url();

  /** The algorithm, equation or function that the rule follows. */
  String algorithm() default "";

  /** What is done otherwise than in the source, and why; empty where nothing is. */
  String deviations() default "";
}
