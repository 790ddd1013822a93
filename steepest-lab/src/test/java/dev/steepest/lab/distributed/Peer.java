package dev.steepest.lab.distributed;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of a team that sums numbers until something happens, as {@link LostPeerTest} starts it.
 */
final class Peer {
  /** Said as soon as the team works. */
  static final String WORKS = "works";

  /** Said after a rest, when the others have answered. */
  static final String RESTED = "rested";

  private Peer() {}

  public static void main(String[] arguments) {
    String misfortune = arguments[0];
    World world = World.of(System.getenv());
    Team team =
        Team.join(
            world,
            new Patience(Duration.ofSeconds(60), Duration.ofSeconds(3)),
            loss -> {
              say(loss.getMessage());
              Runtime.getRuntime().halt(1);
            });
    for (int step = 0; ; step++) {
      team.sum(step);
      if (step == 100) {
        say(WORKS);
        suffer(misfortune, team);
      }
    }
  }

  private static void suffer(String misfortune, Team team) {
    switch (misfortune) {
      case "hang" -> {
        while (true) {
          LockSupport.park();
        }
      }
      case "fail" -> {
        team.fail("the disk is full");
        Runtime.getRuntime().halt(1);
      }
      case "rest" -> {
        team.unhurried(() -> LockSupport.parkNanos(Duration.ofSeconds(8).toNanos()));
        team.sum(1);
        say(RESTED);
      }
      default -> {}
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
