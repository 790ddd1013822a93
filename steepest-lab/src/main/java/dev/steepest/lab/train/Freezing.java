package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Parameter;
import java.util.List;
import java.util.stream.Stream;

/**
 * Parameters that are not trained all the time. While they are frozen they have no gradient, so
 * that no rule updates them and nothing is computed for their sake; a batch norm of which nothing
 * is trained keeps its statistics. Averages of the whole state go on: {@code ema} comes nearer to
 * frozen parameters, and {@code lookahead} pulls them to their slow weights.
 *
 * @param parts each freezes what it names; a parameter that several name is frozen while one says
 *     so
 */
public record Freezing(List<Part> parts) {
  /** Everything is trained from beginning to end. */
  public static final Freezing NONE = new Freezing(List.of());

  /** In place of a prefix: all parameters but those of the last layer. */
  public static final String ALL_BUT_HEAD = "all-but-head";

  /**
   * Parameters that are frozen once.
   *
   * @param what prefix of their dotted names, or {@link #ALL_BUT_HEAD}
   * @param fromEpoch passes over the training data before they are frozen, at least 0
   * @param untilEpoch passes after which they are trained again, infinite for never
   */
  public record Part(String what, double fromEpoch, double untilEpoch) {
    public Part {
      if (!(fromEpoch >= 0 && fromEpoch < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "fromEpoch = " + fromEpoch + " is out of range: allowed is 0 or more.");
      }
      if (!(untilEpoch > fromEpoch)) {
        throw new IllegalArgumentException(
            "untilEpoch = %s is out of range: allowed is more than fromEpoch = %s."
                .formatted(untilEpoch, fromEpoch));
      }
    }

    private boolean names(Parameter parameter, Network network) {
      return what.equals(ALL_BUT_HEAD)
          ? network.depth(parameter.name()) < network.depth() - 1
          : parameter.name().startsWith(what);
    }

    /** The first step, from 0, in which they are frozen. */
    long from(Pace pace) {
      return step(fromEpoch, pace);
    }

    /** The first step in which they are not any more. */
    long until(Pace pace) {
      return untilEpoch == Double.POSITIVE_INFINITY ? Long.MAX_VALUE : step(untilEpoch, pace);
    }

    private static long step(double epochs, Pace pace) {
      return epochs == 0 ? 0 : new Span.Epochs(epochs).steps(pace);
    }
  }

  public Freezing {
    parts = List.copyOf(parts);
  }

  /**
   * Parameters that are trained for a while and then frozen for good.
   *
   * @param prefix of their dotted names; empty for none
   * @param epochs passes over the training data in which they are trained, at least 0
   */
  public static Freezing after(String prefix, double epochs) {
    return prefix.isEmpty()
        ? NONE
        : new Freezing(List.of(new Part(prefix, epochs, Double.POSITIVE_INFINITY)));
  }

  /** What either freezes. */
  public Freezing and(Freezing other) {
    return new Freezing(Stream.concat(parts.stream(), other.parts.stream()).toList());
  }

  /** All that is ever frozen, from the beginning to the end. */
  public Freezing throughout() {
    return new Freezing(
        parts.stream().map(part -> new Part(part.what, 0, Double.POSITIVE_INFINITY)).toList());
  }

  /**
   * What is frozen when, in a run of this network.
   *
   * @throws IllegalArgumentException where a part names no parameter, with those that there are, or
   *     nothing would be trained for a while
   */
  FreezingCourse of(Network network, Pace pace) {
    List<FreezingCourse.Frozen> frozen =
        parts.stream()
            .map(part ->
                new FreezingCourse.Frozen(named(part, network), part.from(pace), part.until(pace)))
            .toList();
    var course = new FreezingCourse(network, frozen);
    course
        .firstWithoutTraining()
        .ifPresent(step -> {
          throw new IllegalArgumentException(
              "%s would freeze all parameters at step %d; name those that shall not be trained then."
                  .formatted(words(), step));
        });
    return course;
  }

  private String words() {
    return String.join(" and ", parts.stream().map(part -> "'" + part.what + "'").toList());
  }

  private static List<String> named(Part part, Network network) {
    List<String> named =
        network.parameters().stream()
            .filter(parameter -> part.names(parameter, network))
            .map(Parameter::name)
            .toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "No parameter's name begins with '%s', so that nothing can be frozen; there are %s."
              .formatted(part.what, network.parameters().stream().map(Parameter::name).toList()));
    }
    return named;
  }
}
