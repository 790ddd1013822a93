package dev.steepest.cli;

import dev.steepest.cli.WorkplaceOptions.Hints;
import dev.steepest.lab.catalog.FlatConfiguration;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.sweep.SweepSource;
import dev.steepest.study.sweep.StoreOptions;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore;
import dev.steepest.study.sweep.TrialStores;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Joins a sweep. */
@Command(
    name = "agent",
    description = {
      "Join a sweep: take trials from its store, train them, report, until there are none left.",
      "Any number of agents may work on one store, from any process and machine. Everything that",
      "they make runs from is in the store; data sets must be on each machine."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  steepest agent runs/sweep-mnist/trials.sqlite",
      "  steepest agent jdbc:postgresql://db/lab?user=me --name sweep-mnist --threads 4"
    })
final class AgentCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "STORE",
      description = "SQLite file, or jdbc:postgresql://HOST/DATABASE.")
  private String address;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The sweep, where the store holds several.")
  private Optional<String> name = Optional.empty();

  @Mixin private SilenceOption silence;

  @Mixin private WorkplaceOptions bench;

  AgentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    StoreOptions options = silence.applied(StoreOptions.DEFAULT.withNotes(console::note));
    try (TrialStore store =
        name.isPresent()
            ? TrialStores.open(address, name.get(), AgentCommand::sweep, options)
            : TrialStores.open(address, AgentCommand::sweep, options)) {
      SweepSource source = SweepSource.read(store.sweep().text());
      SweepAgent agent =
          new SweepAgent(
              console,
              source,
              store,
              options,
              bench(source.plans(store.sweep()).shared(), store.sweep().name()),
              new SweepFolder(bench.folder(store.sweep().name())).trials());
      return agent.work() == SweepAgent.Ending.DONE ? 0 : 1;
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }

  private Workplace bench(FlatConfiguration.Meaning shared, String sweep) {
    return SweepFolder.bench(bench.bench(Hints.of(shared)), sweep);
  }

  private static Sweep sweep(String text) {
    return SweepSource.read(text).sweep();
  }
}
