package dev.steepest.lab.sweep;

import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.StoreException;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A store that does what a test says, and remembers what it was told. */
final class ScriptedStore implements TrialStore {
  final Deque<Claim> claims = new ArrayDeque<>();
  final List<Report> reports = new ArrayList<>();
  final List<End> ends = new ArrayList<>();
  final List<Integer> released = new ArrayList<>();
  Advice advice = Advice.GO_ON;
  Optional<StoreException> failure = Optional.empty();

  void offer(int number, Map<String, Object> values) {
    offer(number, values, 1);
  }

  void offer(int number, Map<String, Object> values, int attempt) {
    claims.add(new Claim.Taken(Trial.begun(number, values), attempt));
  }

  @Override
  public Sweep sweep() {
    return new Sweep(
        "scripted",
        "",
        "",
        List.of(),
        "val_accuracy",
        Goal.MAXIMIZE,
        OptionalDouble.empty(),
        List.of(),
        (_, _) -> Optional.of(new TreeMap<>()),
        EarlyTermination.NEVER,
        OptionalInt.empty(),
        "");
  }

  @Override
  public Claim claim(String worker) {
    return claims.isEmpty() ? new Claim.Done() : claims.poll();
  }

  @Override
  public boolean beat(int trial, String worker) {
    return true;
  }

  @Override
  public Advice report(int trial, String worker, Report report) {
    if (failure.isPresent()) {
      throw failure.get();
    }
    reports.add(report);
    return advice;
  }

  @Override
  public boolean end(int trial, String worker, End end) {
    ends.add(end);
    return true;
  }

  @Override
  public void release(int trial, String worker) {
    released.add(trial);
  }

  @Override
  public List<Entry> trials() {
    return List.of();
  }

  @Override
  public void close() {}
}
