package dev.steepest.lab.distributed;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * One process of a team.
 *
 * @param process its number on its machine
 * @param host its machine
 * @param size of the team that it was told
 */
record Member(int rank, long process, String host, int size) {

  /** This process. */
  static Member here(World world) {
    return new Member(world.rank(), ProcessHandle.current().pid(), hostName(), world.size());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  /** For {@link #parse}. */
  String text() {
    return rank + " " + process + " " + size + " " + host;
  }

  static Member parse(String text) {
    String[] parts = text.split(" ", 4);
    return new Member(
        Integer.parseInt(parts[0]), Long.parseLong(parts[1]), parts[3], Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return "rank " + rank + " (process " + process + " on " + host + ")";
  }
}
