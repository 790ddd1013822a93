package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/** Tells a network in every step what of it is trained. */
final class FreezingCourse {
  private final Network network;
  private final List<Frozen> parts;
  private Set<String> frozen = Set.of();

  /**
   * Parameters that are frozen for a while.
   *
   * @param names of parameters
   * @param from first step, from 0
   * @param until first step after it
   */
  record Frozen(List<String> names, long from, long until) {
    boolean holds(long step) {
      return from <= step && step < until;
    }
  }

  /** The network is as new: all of it is trained. */
  FreezingCourse(Network network, List<Frozen> parts) {
    this.network = network;
    this.parts = parts;
  }

  /** Prepares the network for a step, from 0; without effect where nothing changes. */
  void begin(long step) {
    if (parts.isEmpty()) {
      return;
    }
    Set<String> now = frozen(step);
    if (!now.equals(frozen)) {
      frozen = now;
      network.setTrained(name -> !now.contains(name));
    }
  }

  /** The names of what is frozen in a step. */
  Set<String> frozen(long step) {
    Set<String> names = new HashSet<>();
    parts.stream().filter(part -> part.holds(step)).forEach(part -> names.addAll(part.names));
    return names;
  }

  /** The first step in which nothing at all would be trained. */
  OptionalLong firstWithoutTraining() {
    return parts.stream()
        .flatMapToLong(part -> LongStream.of(part.from))
        .sorted()
        .filter(step -> frozen(step).size() == network.parameters().size())
        .findFirst();
  }
}
