package dev.steepest.lab.distributed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which of how many processes this one is, and where they meet.
 *
 * @param rank of this process, 0 to size − 1; rank 0 keeps records and talks
 * @param size number of processes, at least 1
 * @param localRank of this process among those of its machine
 * @param host where rank 0 is
 * @param port on which rank 0 is awaited, 1–65535; 0 where the process is alone
 * @param store who keeps the store through which the processes find each other
 */
public record World(int rank, int size, int localRank, String host, int port, StoreKeeper store) {

  /** Who listens on the port. */
  public enum StoreKeeper {
    /** Rank 0 itself. */
    RANK_0,
    /** The launcher, as torchrun does. */
    LAUNCHER
  }

  /** One process, which waits for nobody. */
  public static final World ALONE = new World(0, 1, 0, "localhost", 0, StoreKeeper.RANK_0);

  /** Assumed: enough ports that jobs of one machine rarely meet, none of them privileged. */
  private static final int SLURM_PORTS = 20_000;

  private static final int FIRST_SLURM_PORT = 20_000;

  private static final List<String> TORCHRUN =
      List.of("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT");

  /** Steps of a Slurm job from here on are its batch script and its like, not tasks of srun. */
  private static final long FIRST_SPECIAL_STEP = 0xFFFF_FFF0L;

  /**
   * The world that a launcher describes by environment variables: torchrun's (RANK, WORLD_SIZE,
   * LOCAL_RANK, MASTER_ADDR, MASTER_PORT), which {@code steepest launch} sets too, else those of a
   * step of Slurm's srun. {@link #ALONE} where there are none.
   *
   * @throws WorldException naming everything that is missing or does not fit together
   */
  public static World of(Map<String, String> environment) {
    if (environment.containsKey("RANK") || environment.containsKey("WORLD_SIZE")) {
      return torchrun(environment);
    }
    return isSlurmTask(environment) ? slurm(environment) : ALONE;
  }

  /**
   * The GPU of this process, of so many that it sees, at least one. A launcher may show each
   * process its own GPU alone.
   */
  public String gpu(long visible) {
    return "cuda:" + localRank % visible;
  }

  /** Whether there are no others. */
  public boolean isAlone() {
    return size == 1;
  }

  private static World torchrun(Map<String, String> environment) {
    Reading read = new Reading(environment);
    List<String> missing = TORCHRUN.stream().filter(n -> !environment.containsKey(n)).toList();
    if (!missing.isEmpty()) {
      read.problems.add(
          "%s %s missing, but %s set; a launcher sets all five of %s"
              .formatted(
                  String.join(", ", missing),
                  missing.size() == 1 ? "is" : "are",
                  String.join(", ", TORCHRUN.stream().filter(environment::containsKey).toList()),
                  String.join(", ", TORCHRUN)));
    }
    int size = read.whole("WORLD_SIZE", 1, Integer.MAX_VALUE);
    int rank = read.whole("RANK", 0, Integer.MAX_VALUE);
    int local = read.whole("LOCAL_RANK", 0, Integer.MAX_VALUE);
    int port = read.whole("MASTER_PORT", 1, 65_535);
    read.below("RANK", rank, size);
    read.below("LOCAL_RANK", local, size);
    read.refuse();
    boolean agent = "true".equalsIgnoreCase(environment.get("TORCHELASTIC_USE_AGENT_STORE"));
    return new World(
        rank,
        size,
        local,
        environment.get("MASTER_ADDR"),
        port,
        agent ? StoreKeeper.LAUNCHER : StoreKeeper.RANK_0);
  }

  private static boolean isSlurmTask(Map<String, String> environment) {
    String step = environment.getOrDefault("SLURM_STEP_ID", environment.get("SLURM_STEPID"));
    return step != null
        && step.matches("\\d{1,18}")
        && Long.parseLong(step) < FIRST_SPECIAL_STEP
        && environment.containsKey("SLURM_PROCID");
  }

  private static World slurm(Map<String, String> environment) {
    Reading read = new Reading(environment);
    String tasks = present(environment, "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS");
    String nodes =
        present(environment, "SLURM_STEP_NODELIST", "SLURM_NODELIST", "SLURM_JOB_NODELIST");
    List<String> wanted = List.of("SLURM_PROCID", tasks, "SLURM_LOCALID", nodes);
    wanted.stream()
        .filter(name -> !environment.containsKey(name))
        .forEach(name -> read.problems.add(name + " is missing, which srun sets"));
    int size = read.whole(tasks, 1, Integer.MAX_VALUE);
    int rank = read.whole("SLURM_PROCID", 0, Integer.MAX_VALUE);
    int local = read.whole("SLURM_LOCALID", 0, Integer.MAX_VALUE);
    read.below("SLURM_PROCID", rank, size);
    read.below("SLURM_LOCALID", local, size);
    int port =
        environment.containsKey("MASTER_PORT")
            ? read.whole("MASTER_PORT", 1, 65_535)
            : slurmPort(environment.getOrDefault("SLURM_JOB_ID", "0"));
    read.refuse();
    return new World(rank, size, local, host(environment, nodes), port, StoreKeeper.RANK_0);
  }

  private static String host(Map<String, String> environment, String nodes) {
    return environment.getOrDefault("MASTER_ADDR", SlurmNodes.first(environment.get(nodes)));
  }

  /** The same in all processes of a job, hardly the same in two jobs of one machine. */
  private static int slurmPort(String job) {
    return FIRST_SLURM_PORT + Math.floorMod(job.hashCode(), SLURM_PORTS);
  }

  private static String present(Map<String, String> environment, String... names) {
    return Stream.of(names).filter(environment::containsKey).findFirst().orElse(names[0]);
  }

  /** Numbers from variables; what is wrong with them is collected. */
  private record Reading(Map<String, String> environment, List<String> problems) {
    Reading(Map<String, String> environment) {
      this(environment, new ArrayList<>());
    }

    /** The number, or −1 where there is a problem, which is noted, or no variable. */
    int whole(String name, int least, int most) {
      String text = environment.get(name);
      if (text == null) {
        return -1;
      }
      try {
        int value = Integer.parseInt(text.strip());
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException _) {
        // said below
      }
      problems.add(
          name
              + " is '"
              + text
              + "'; allowed is a whole number "
              + (most == Integer.MAX_VALUE ? "of at least " + least : least + " to " + most));
      return -1;
    }

    void below(String name, int value, int size) {
      if (value >= 0 && size >= 1 && value >= size) {
        problems.add(
            "%s is %d, but there are %d processes; allowed is 0 to %d"
                .formatted(name, value, size, size - 1));
      }
    }

    void refuse() {
      if (!problems.isEmpty()) {
        throw new WorldException(
            "The launcher's variables do not describe a team of processes:\n  "
                + String.join("\n  ", problems)
                + "\nStart with 'steepest launch --nproc N -- run …', torchrun or srun; for a single"
                + " process remove these variables.");
      }
    }
  }
}
