package dev.steepest.study.sweep;

import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.UUID;

/**
 * Trials in tables of SQLite or PostgreSQL. Whatever changes a sweep locks its row first, so that
 * the changes of all processes have one order, and a search sees each before it proposes the next
 * trial; only beats, which no search looks at, need no lock.
 *
 * <p>A trial whose worker fell silent {@value #MOST_LOSSES} times without a report of a new
 * iteration in between ends as failed: it may well be what kills them. One that was given back is
 * not counted against.
 *
 * <p>Where the target is reached nothing more is taken, and what nobody is at is given up. Trials
 * under way may go on to their ends.
 */
final class SqlTrialStore implements TrialStore {
  /** Assumed: machines die, but rarely three times in a row at the same trial. */
  static final int MOST_LOSSES = 3;

  private final Sweep sweep;
  private final StoreOptions options;
  private final Transactions transactions;
  private final TrialTables tables;
  private final History history;

  SqlTrialStore(Sweep sweep, StoreOptions options, Transactions transactions, TrialTables tables) {
    this.sweep = sweep;
    this.options = options;
    this.transactions = transactions;
    this.tables = tables;
    this.history = new History(tables);
  }

  @Override
  public Sweep sweep() {
    return sweep;
  }

  @Override
  public Claim claim(String worker) {
    if (worker.isEmpty()) {
      throw new IllegalArgumentException("a worker needs a name");
    }
    String operation = UUID.randomUUID().toString();
    while (true) {
      Optional<Claim> claim = transactions.run(session -> attempt(session, worker, operation));
      if (claim.isPresent()) {
        return claim.get();
      }
    }
  }

  /** Empty where a trial was given up instead, after which the sweep is to be looked at anew. */
  private Optional<Claim> attempt(Session session, String worker, String operation)
      throws SQLException {
    long revision = history.refresh(session);
    Optional<KnownTrial> before = history.takenBy(operation);
    if (before.isPresent()) {
      return Optional.of(taken(before.get(), before.get().row().attempts()));
    }
    boolean reached =
        sweep.target().isPresent() && history.trials().stream().anyMatch(this::reachesTarget);
    Optional<TrialTables.Silent> silent = tables.silent(session, options.silence());
    if (silent.isPresent()) {
      return takeOrGiveUp(session, silent.get(), worker, operation, revision, reached);
    }
    if (reached) {
      return Optional.of(new Claim.Done());
    }
    return Optional.of(propose(session, worker, operation, revision));
  }

  private Optional<Claim> takeOrGiveUp(
      Session session,
      TrialTables.Silent silent,
      String worker,
      String operation,
      long revision,
      boolean reached)
      throws SQLException {
    int number = silent.number();
    int losses = silent.losses() + (silent.worker().isEmpty() ? 0 : 1);
    tables.advance(session, revision);
    if (reached || losses >= MOST_LOSSES) {
      String reason =
          reached
              ? "Nobody was at it any more when the sweep had reached its target."
              : "Its worker fell silent %d times without coming any further.".formatted(losses);
      End end = new End(Trial.State.FAILED, OptionalDouble.empty(), 0, List.of(), reason);
      tables.end(session, number, silent.worker(), end, operation + " gives up", revision);
      return Optional.empty();
    }
    tables.take(session, number, worker, losses, operation, revision);
    KnownTrial known = history.get(number);
    return Optional.of(taken(known, known.row().attempts() + 1));
  }

  private Claim propose(Session session, String worker, String operation, long revision)
      throws SQLException {
    int number = history.size();
    Optional<SortedMap<String, Object>> values =
        sweep.cap().isPresent() && number >= sweep.cap().getAsInt()
            ? Optional.empty()
            : sweep.searcher().propose(number, history.trials());
    if (values.isEmpty()) {
      return history.anyRunning() ? new Claim.Wait() : new Claim.Done();
    }
    tables.insert(session, number, values.get(), worker, operation, revision);
    tables.advance(session, revision);
    return new Claim.Taken(Trial.begun(number, values.get()), 1);
  }

  private static Claim taken(KnownTrial known, int attempt) {
    return new Claim.Taken(known.trial(), attempt);
  }

  /** By its value at the end; a look on the way may have been luck. */
  private boolean reachesTarget(Trial trial) {
    Goal goal = sweep.goal();
    return trial.value().isPresent()
        && goal.cost(trial.value().getAsDouble()) <= goal.cost(sweep.target().getAsDouble());
  }

  @Override
  public boolean beat(int trial, String worker) {
    return transactions.run(session -> tables.beat(session, trial, worker));
  }

  @Override
  public Advice report(int trial, String worker, Report report) {
    return transactions.run(session -> {
      long revision = history.refresh(session);
      if (trial >= history.size()) {
        return Advice.LOST;
      }
      KnownTrial known = history.get(trial);
      boolean own =
          report.iteration() > known.iteration()
              ? tables.progress(session, trial, worker)
              : tables.beat(session, trial, worker);
      if (!own) {
        return Advice.LOST;
      }
      tables.report(session, trial, report, revision);
      tables.advance(session, revision);
      return sweep.termination().ends(known.trialWith(report), history.othersThan(trial))
          ? Advice.END
          : Advice.GO_ON;
    });
  }

  @Override
  public boolean end(int trial, String worker, End end) {
    if (!end.state().ended()) {
      throw new IllegalArgumentException("a trial does not end as " + end.state());
    }
    String operation = UUID.randomUUID().toString();
    return transactions.run(session -> {
      long revision = history.refresh(session);
      if (!tables.end(session, trial, worker, end, operation, revision)) {
        return tables.wrote(session, trial, operation);
      }
      tables.advance(session, revision);
      return true;
    });
  }

  @Override
  public void release(int trial, String worker) {
    transactions.run(session -> {
      long revision = history.refresh(session);
      boolean released = tables.release(session, trial, worker, revision);
      if (released) {
        tables.advance(session, revision);
      }
      return released;
    });
  }

  @Override
  public List<Entry> trials() {
    return transactions.run(session -> {
      history.refresh(session);
      return history.entries();
    });
  }

  @Override
  public void close() {
    transactions.close();
  }
}
