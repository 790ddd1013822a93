package dev.steepest.lab.task;

import java.util.List;

/**
 * Memory that a run takes before its first step, whatever its batch.
 *
 * @param by the key that asks for it, with its value
 * @param bytes at least
 * @param what takes it, in words
 * @param waysOut what a person may do to need less, each to follow "choose"; none where there is
 *     nothing left
 */
public record Demand(String by, long bytes, String what, List<String> waysOut) {
  public Demand {
    waysOut = List.copyOf(waysOut);
  }
}
