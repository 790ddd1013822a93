package dev.steepest.cli;

import dev.steepest.cli.WorkplaceOptions.Hints;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.sweep.SweepSource;
import dev.steepest.lab.sweep.TrialMetric;
import dev.steepest.lab.sweep.TrialPlans;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.StoreOptions;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore;
import dev.steepest.study.sweep.TrialStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Takes a sweep from its file to its report, telling the person at the console. */
final class SweepSession {
  /** Assumed: what is wrong with a space shows in as many proposals. */
  private static final int LOOKED_AT = 32;

  private static final int SHOWN = 5;
  private static final String VALIDATION = "data.validation";

  private final Console console;
  private final SweepSource source;
  private final Sweep sweep;
  private final TrialPlans plans;
  private final WorkplaceOptions place;
  private final SilenceOption silence;
  private final SweepFolder folder;
  private final String address;

  SweepSession(
      Console console,
      SweepSource source,
      WorkplaceOptions place,
      Optional<String> store,
      SilenceOption silence) {
    this.console = console;
    this.source = source;
    this.sweep = source.sweep();
    this.plans = source.plans(sweep);
    this.place = place;
    this.silence = silence;
    this.folder = new SweepFolder(place.folder(sweep.name()));
    this.address = store.map(SweepSession::absolute).orElse(folder.ownStore());
  }

  /** Other processes may start in other folders. */
  private static String absolute(String address) {
    return isServer(address) ? address : Path.of(address).toAbsolutePath().toString();
  }

  private static boolean isServer(String address) {
    return address.contains("://");
  }

  /** A password on a command line is everybody's who may list processes. */
  private void requireNoPassword() {
    if (address.matches(".*[?&]password=.*|.*://[^/@]*:[^/@]*@.*")) {
      throw new UserError(
          "The store's address holds a password, which would stand on the command lines of agents; put it into ~/.pgpass and leave it out.");
    }
  }

  /** The first proposals, while nothing is known of any. */
  private List<SortedMap<String, Object>> proposals(int most) {
    List<SortedMap<String, Object>> proposals = new ArrayList<>();
    List<Trial> begun = new ArrayList<>();
    for (int i = 0; i < Math.min(most, sweep.cap().orElse(most)); i++) {
      Optional<SortedMap<String, Object>> next = sweep.searcher().propose(i, begun);
      if (next.isEmpty()) {
        break;
      }
      proposals.add(next.get());
      begun.add(Trial.begun(i, next.get()));
    }
    return proposals;
  }

  /**
   * Looks whether runs can be made of what the sweep proposes.
   *
   * @throws ProblemsException with all that is wrong
   */
  void requireRuns() {
    List<String> problems = new ArrayList<>();
    Set<String> notes = new HashSet<>();
    Map<String, SortedMap<String, Object>> made = new LinkedHashMap<>();
    for (SortedMap<String, Object> values : proposals(LOOKED_AT)) {
      try {
        RunSpec run = plans.trial(values).getFirst();
        requireMeasured(run, problems);
        plans.notes(values).stream().filter(notes::add).forEach(console::note);
        SortedMap<String, Object> same = made.putIfAbsent(run.id(), values);
        if (same != null && !same.equals(values) && notes.add(run.id())) {
          console.note(
              "%s and %s are one and the same run: what they differ in has no effect."
                  .formatted(same, values));
        }
      } catch (ProblemsException e) {
        e.problems().stream().filter(p -> !problems.contains(p)).forEach(problems::add);
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemsException("The sweep proposes what cannot be run:", problems);
    }
  }

  private void requireMeasured(RunSpec run, List<String> problems) {
    boolean heldOut =
        !run.settings().has(VALIDATION)
            || run.settings().whole(VALIDATION) > 0
            || run.settings().text("data.name").equals("folder"); // which may bring its own
    if (!heldOut && new TrialMetric(sweep.metric()).ofValidation()) {
      problems.add(
          "data.validation = 0 holds out no images, so that %s is not measured; hold out some"
              .formatted(sweep.metric()));
    }
  }

  int dryRun() {
    console.say(sweep.name() + (sweep.about().isEmpty() ? "" : ": " + sweep.about()));
    console.say(
        "%s %s; %s; store %s"
            .formatted(
                sweep.goal().name().toLowerCase(Locale.ROOT),
                sweep.metric(),
                sweep.cap().isPresent()
                    ? "at most " + sweep.cap().getAsInt() + " trials"
                    : "until the space is tried or Ctrl-C",
                address));
    console.say("");
    int number = 0;
    for (SortedMap<String, Object> values : proposals(SHOWN)) {
      List<RunSpec> runs = plans.trial(values);
      console.say(
          "trial %d  %s  runs %s"
              .formatted(
                  number,
                  TrialTable.parameters(values),
                  String.join(" ", runs.stream().map(RunSpec::id).toList())));
      number++;
    }
    return 0;
  }

  /** Makes a job array that joins the store. */
  int slurm(SlurmOptions slurm, boolean dryRun) {
    int tasks = slurm.agents();
    if (!isServer(address)) {
      throw new UserError(
          "The jobs of --slurm may run on several machines, for which a SQLite file is not safe; give --store jdbc:postgresql://HOST/DATABASE.");
    }
    requireNoPassword();
    SlurmScript script =
        new SlurmScript(
            sweep.name(),
            tasks,
            slurm.options(),
            agentCommand(place.again(1, hints())),
            folder.agents());
    if (dryRun) {
      console.say(script.text().strip());
      return 0;
    }
    try (TrialStore store = store()) {
      console.say(script.submit());
      console.say(
          "%d agents will work on %s; run the same command without --slurm for the table, the confirmation and the report."
              .formatted(tasks, store.sweep().name()));
    }
    return 0;
  }

  private Hints hints() {
    return Hints.of(plans.shared());
  }

  private Workplace bench(int agents) {
    return SweepFolder.bench(place.shared(agents, hints()), sweep.name());
  }

  /** How another process joins. */
  private List<String> agentCommand(List<String> options) {
    List<String> command = new ArrayList<>(ThisProgram.command());
    command.addAll(List.of("agent", address, "--name", sweep.name()));
    command.addAll(silence.again());
    command.addAll(options);
    return command;
  }

  private TrialStore store() {
    TrialStore store = TrialStores.create(address, sweep, options());
    folder.remember(address, sweep.name());
    return store;
  }

  private StoreOptions options() {
    return silence.applied(StoreOptions.DEFAULT.withNotes(console::note));
  }

  /** Makes what is missing, then confirms and reports. */
  int run(int agents, int confirmations) {
    if (agents > 1) {
      requireNoPassword();
    }
    console.note(
        "%s: %s into %s, trials in %s"
            .formatted(sweep.name(), sweep.about(), folder.folder(), address)
            .replace(":  into", ": into"));
    try (TrialStore store = store();
        AgentProcesses others =
            AgentProcesses.start(
                console, agents - 1, agentCommand(place.again(agents, hints())), folder.agents())) {
      SweepAgent agent =
          new SweepAgent(console, source, store, options(), bench(agents), folder.trials());
      if (agent.work() == SweepAgent.Ending.STOPPED) {
        return 1;
      }
      others.await();
      return new SweepConclusion(console, store, plans, bench(1), folder).conclude(confirmations);
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }
}
