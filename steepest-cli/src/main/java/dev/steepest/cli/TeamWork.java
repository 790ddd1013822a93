package dev.steepest.cli;

import dev.steepest.lab.distributed.Patience;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.distributed.World;
import dev.steepest.lab.distributed.WorldException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** Work that this process does together with those that a launcher has started beside it. */
final class TeamWork {
  private static final int FAILURE = 1;

  private TeamWork() {}

  /** The console of this process: of the processes of a team the first one talks. */
  static Console console(Map<String, String> environment) {
    try {
      return World.of(environment).rank() == 0 ? Console.standard() : Console.follower();
    } catch (WorldException _) {
      return Console.standard(); // the command itself says what is wrong
    }
  }

  /**
   * Joins the others, if there are any, and works with them. Whatever goes wrong in that work is
   * told to the others, who may be waiting in the midst of it; a mistake that is found while they
   * wait for their first word belongs to what is left.
   *
   * @param work gives what is left to do for this process alone, when all have parted
   * @return what that gives
   */
  static int run(Console console, Function<Team, IntSupplier> work) {
    Map<String, String> environment = System.getenv();
    Team team =
        Team.join(
            World.of(environment),
            Patience.of(environment),
            loss -> {
              console.note(loss.getMessage());
              // The working thread is blocked in native code, which nothing else ends.
              Runtime.getRuntime().halt(FAILURE);
            });
    IntSupplier rest;
    try {
      rest = work.apply(team);
      team.close();
    } catch (RuntimeException | Error failure) {
      team.fail(Failure.of(failure).message());
      throw failure;
    }
    return rest.getAsInt();
  }
}
