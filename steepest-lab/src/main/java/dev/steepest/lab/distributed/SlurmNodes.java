package dev.steepest.lab.distributed;

/** Slurm's short form of node lists: {@code gpu[03-07,12],login}. */
final class SlurmNodes {
  private SlurmNodes() {}

  /** The first node, where rank 0 runs. */
  static String first(String list) {
    int open = list.indexOf('[');
    int comma = list.indexOf(',');
    if (open < 0 || (comma >= 0 && comma < open)) {
      return comma < 0 ? list : list.substring(0, comma);
    }
    int close = list.indexOf(']', open);
    if (close < 0) {
      throw new WorldException(
          "Slurm's node list '" + list + "' has no ']'; set MASTER_ADDR to the first node.");
    }
    String numbers = list.substring(open + 1, close);
    int after = list.indexOf(',', close);
    String suffix = list.substring(close + 1, after < 0 ? list.length() : after);
    return list.substring(0, open) + numbers.split("[-,]", 2)[0] + suffix;
  }
}
