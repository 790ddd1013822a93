package dev.steepest.study.sweep;

import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Searcher;
import dev.steepest.study.search.Trial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A sweep whose configurations follow from their numbers, so that each can be told to be right. */
record CountedSweep(
    String name,
    OptionalInt cap,
    OptionalDouble target,
    Searcher searcher,
    EarlyTermination termination) {

  /** So many trials, none of which ends early. */
  static CountedSweep of(int trials) {
    return new CountedSweep(
        "counted",
        OptionalInt.of(trials),
        OptionalDouble.empty(),
        (number, _) -> Optional.of(values(number)),
        EarlyTermination.NEVER);
  }

  CountedSweep named(String name) {
    return new CountedSweep(name, cap, target, searcher, termination);
  }

  CountedSweep withSearcher(Searcher searcher) {
    return new CountedSweep(name, cap, target, searcher, termination);
  }

  CountedSweep withTermination(EarlyTermination termination) {
    return new CountedSweep(name, cap, target, searcher, termination);
  }

  CountedSweep withTarget(double target) {
    return new CountedSweep(name, cap, OptionalDouble.of(target), searcher, termination);
  }

  /** Its text names what is not code. */
  Sweep sweep() {
    String text =
        "name: %s\nmethod: counted\nrun_cap: %s\n"
            .formatted(name, cap.isPresent() ? cap.getAsInt() : "none");
    return new Sweep(
        name,
        "counts",
        "train",
        List.of(),
        "loss",
        Goal.MINIMIZE,
        target,
        List.of("lr", "layers", "rule", "nesterov"),
        searcher,
        termination,
        cap,
        text);
  }

  /** One value of each type; the number with all its digits. */
  static SortedMap<String, Object> values(int number) {
    SplittableRandom random = new SplittableRandom(number);
    return new TreeMap<>(
        Map.of(
            "lr",
            random.nextDouble() * 1e-3,
            "layers",
            random.nextLong(),
            "rule",
            "ru\"le\n" + number,
            "nesterov",
            random.nextBoolean()));
  }

  /** A loss that falls from look to look. */
  static double loss(int number, long iteration) {
    return new SplittableRandom(number).nextDouble() + 1.0 / iteration;
  }

  /** A trial that went well after {@code looks}. */
  static TrialStore.End finished(int number, int looks) {
    return new TrialStore.End(
        Trial.State.FINISHED,
        OptionalDouble.of(loss(number, looks)),
        1.5,
        List.of("runs/" + number + "/a", "runs/" + number + "/b"),
        "");
  }
}
