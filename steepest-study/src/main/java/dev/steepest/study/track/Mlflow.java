package dev.steepest.study.track;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs on an MLflow server, by its REST interface. Experiments are called as ours, metrics as in
 * W&B ({@code train_loss}, {@code val_acc}); looks stand at the number of their epoch, or their
 * step where an experiment looks every so many steps; settings are parameters.
 *
 * <p>Rows wait in memory until the server has confirmed them. What it has not by the end of a
 * session is told from the record by the next one.
 */
final class Mlflow implements Tracker {
  static final String NAME = "mlflow";

  private final MlflowServer server;
  private final InstantSource clock;
  private final Courier.Patience patience;
  private final List<MlflowRun> runs = new ArrayList<>();
  private Optional<Courier> courier = Optional.empty();

  Mlflow(MlflowServer server, InstantSource clock, Courier.Patience patience) {
    this.server = server;
    this.clock = clock;
    this.patience = patience;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Tracking begins(TrackedRun run, Consumer<String> log) {
    MlflowState state =
        state(run.spec(), run.folder())
            .orElseGet(() -> MlflowState.nothing(address(), experiment(run.spec())));
    Courier now = courier.orElseGet(() -> new Courier(new MlflowClient(server), patience));
    courier = Optional.of(now);
    MlflowRun told = new MlflowRun(run, state, clock, now::take, log);
    runs.removeIf(before -> before.done() && before.refused().isEmpty());
    runs.add(told);
    now.take(told);
    return told;
  }

  @Override
  public boolean knows(RunRecord record) {
    return state(record.spec(), record.folder())
        .filter(state ->
            state.described()
                && state.evaluations() >= record.evaluations().size()
                && state.steps() >= RecordStore.steps(record.folder()).size()
                && !state.status().equals(MlflowState.RUNNING))
        .isPresent();
  }

  private Optional<MlflowState> state(RunSpec spec, Path folder) {
    return MlflowState.read(folder, address(), experiment(spec));
  }

  private String address() {
    return server.address().toString();
  }

  private String experiment(RunSpec spec) {
    return server.experiment().orElse(spec.experiment());
  }

  @Override
  public List<String> finish() {
    courier.ifPresent(Courier::finish);
    courier = Optional.empty();
    List<String> unfinished = new ArrayList<>();
    for (MlflowRun run : runs) {
      if (run.refused().isPresent()) {
        unfinished.add(
            "%s: mlflow at %s refuses it: %s. Its record is complete; when that is mended, the same command with --track tells the rest."
                .formatted(run.name(), address(), run.refused().get()));
      } else if (!run.done()) {
        unfinished.add(
            "%s: mlflow at %s is away; %d row(s) and the end wait. Its record is complete; the same command with --track tells the rest."
                .formatted(run.name(), address(), run.rows()));
      }
    }
    runs.clear();
    return unfinished;
  }
}
