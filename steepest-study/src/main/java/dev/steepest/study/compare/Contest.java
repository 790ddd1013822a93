package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The runs of one problem, one per arm and seed.
 *
 * @param arms the baseline first, the others in order of first appearance; runs by seed
 * @param repeated runs that stand aside because their arm and seed was run before
 */
record Contest(
    String problem, Map<String, SortedMap<Long, RunRecord>> arms, List<RunRecord> repeated) {

  Contest {
    arms = Collections.unmodifiableMap(new LinkedHashMap<>(arms));
    repeated = List.copyOf(repeated);
  }

  /**
   * The earliest decided run of an arm and seed counts, so that nobody can run again until the
   * result pleases.
   */
  private static final Comparator<RunRecord> FIRST_DECIDED =
      Comparator.comparing((RunRecord run) -> !(run.finished() || run.diverged()))
          .thenComparing(run -> run.outcome().map(o -> o.at()).orElse(Instant.MAX))
          .thenComparing(run -> run.folder().toString());

  static List<Contest> of(List<RunRecord> records, Optional<String> baseline) {
    Map<String, List<RunRecord>> problems = new LinkedHashMap<>();
    for (RunRecord run : records) {
      problems.computeIfAbsent(run.spec().problem(), _ -> new ArrayList<>()).add(run);
    }
    return problems.entrySet().stream().map(e -> of(e.getKey(), e.getValue(), baseline)).toList();
  }

  private static Contest of(String problem, List<RunRecord> runs, Optional<String> baseline) {
    Map<String, SortedMap<Long, RunRecord>> arms = new LinkedHashMap<>();
    baseline
        .filter(name -> runs.stream().anyMatch(run -> run.spec().arm().equals(name)))
        .ifPresent(name -> arms.put(name, new TreeMap<>()));
    List<RunRecord> repeated = new ArrayList<>();
    for (RunRecord run : runs) {
      arms.computeIfAbsent(run.spec().arm(), _ -> new TreeMap<>())
          .merge(
              run.spec().seed(),
              run,
              (old, another) -> {
                boolean keepOld = FIRST_DECIDED.compare(old, another) <= 0;
                repeated.add(keepOld ? another : old);
                return keepOld ? old : another;
              });
    }
    return new Contest(problem, arms, repeated);
  }

  /** The comparisons that the rule asks for. */
  List<Pairing> pairings(DecisionRule rule) {
    if (!rule.pairs().isEmpty()) {
      return rule.pairs().stream()
          .filter(pair -> arms.containsKey(pair.first()) && arms.containsKey(pair.second()))
          .map(pair -> pairing(pair.first(), pair.second()))
          .toList();
    }
    Optional<String> baseline = rule.baseline();
    List<String> names = List.copyOf(arms.keySet());
    List<Pairing> pairings = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        if (baseline.isEmpty()) {
          pairings.add(pairing(names.get(i), names.get(j)));
        } else if (names.get(i).equals(baseline.get())) {
          pairings.add(pairing(names.get(j), names.get(i)));
        }
      }
    }
    return pairings;
  }

  private Pairing pairing(String first, String second) {
    return new Pairing(first, second, arms.get(first), arms.get(second));
  }

  List<RunRecord> runs() {
    return arms.values().stream().flatMap(seeds -> seeds.values().stream()).toList();
  }

  /** Two arms that are to be compared, their runs by seed. */
  record Pairing(
      String first,
      String second,
      SortedMap<Long, RunRecord> firstRuns,
      SortedMap<Long, RunRecord> secondRuns) {

    /** Seeds that both arms were run with, in order; own numbers of unseeded runs are none. */
    List<Long> shared() {
      return firstRuns.keySet().stream()
          .filter(seed -> seed >= 0 && secondRuns.containsKey(seed))
          .toList();
    }
  }
}
