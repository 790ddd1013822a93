package dev.steepest.cli;

import dev.steepest.lab.distributed.Patience;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.distributed.World;
import dev.steepest.lab.distributed.WorldException;
import java.util.Map;
import java.util.function.ToIntFunction;

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
   * Joins the others, if there are any, and works with them.
   *
   * @return what the work returns
   */
  static int run(Console console, ToIntFunction<Team> work) {
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
    try {
      int code = work.applyAsInt(team);
      team.close();
      return code;
    } catch (UserError mistake) {
      leave(team, mistake);
      throw mistake;
    } catch (RuntimeException | Error failure) {
      team.fail(Failure.of(failure).message());
      throw failure;
    }
  }

  /** A mistake of rank 0 is found before the others work; one that others find is a failure. */
  private static void leave(Team team, UserError mistake) {
    if (team.leads()) {
      team.close();
    } else {
      team.fail(mistake.getMessage());
    }
  }
}
