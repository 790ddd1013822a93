package dev.steepest.lab.distributed;

import dev.steepest.lab.distributed.World.StoreKeeper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/** How the processes of a team find each other: through a store that rank 0 keeps. */
final class Rendezvous implements AutoCloseable {
  /** Between looks for those who have not come yet. */
  private static final Duration POLL = Duration.ofMillis(50);

  /** Assumed: a member says its rank at once. */
  private static final Duration GREETING = Duration.ofSeconds(5);

  private static final String HERE = "here/";
  private static final String HEARTBEAT = "heartbeat";

  private final World world;
  private final Duration patience;
  private final long deadline;
  private Store shared; // a store that is built on another does not keep it alive
  private final Store store;
  private final List<Member> members;
  private final ServerSocket door;

  /**
   * Waits until all have come.
   *
   * @param attempt tells this start of the job from others that share the launcher's store
   * @throws WorldException if the port cannot be had, or the processes do not fit together
   * @throws PeerException naming those who have not come in time
   */
  Rendezvous(World world, Duration patience, String attempt) {
    this.world = world;
    this.patience = patience;
    deadline = System.nanoTime() + patience.toNanos();
    store = open(attempt);
    try (PointerScope _ = new PointerScope()) {
      door = world.rank() == 0 ? door() : null;
      enter();
      members = awaitAll();
    }
  }

  /** The store, for process groups to find their peers. */
  Store store() {
    return store;
  }

  private Store open(String attempt) {
    boolean keeps = world.rank() == 0 && world.store() == StoreKeeper.RANK_0;
    if (keeps) {
      requireFreePort();
    } else {
      awaitPort();
    }
    try (PointerScope _ = new PointerScope()) {
      TCPStoreOptions options =
          new TCPStoreOptions()
              .port((short) world.port())
              .isServer(keeps)
              .waitWorkers(false)
              .timeout(new Milliseconds(patience.toMillis()));
      shared = new TCPStore(world.host(), options).retainReference();
      return new PrefixStore("steepest/" + attempt, shared).retainReference();
    } catch (RuntimeException e) {
      throw noAnswer(e);
    }
  }

  /** libtorch would wait too, but says what went wrong in frames of native code. */
  private void awaitPort() {
    while (true) {
      try (Socket probe = new Socket()) {
        probe.connect(new InetSocketAddress(world.host(), world.port()), (int) patience.toMillis());
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw noAnswer(e);
        }
      }
      sleep();
    }
  }

  private PeerException noAnswer(Exception cause) {
    return new PeerException(
        "%s waited %d s for rank 0 at %s:%d, which has not answered. Is it started, is that its address (MASTER_ADDR), and is the port open between the machines? %s"
            .formatted(
                Member.here(world), patience.toSeconds(), world.host(), world.port(), advice()),
        cause);
  }

  private void requireFreePort() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(world.port()));
    } catch (IOException e) {
      throw new WorldException(
          "Port %d, on which rank 0 is to await the others, cannot be used (%s): choose another by MASTER_PORT or 'steepest launch --port'."
              .formatted(world.port(), e.getMessage()));
    }
  }

  /** Where rank 0 takes the wires of the heartbeat. */
  private ServerSocket door() {
    try {
      ServerSocket socket = new ServerSocket(0, world.size());
      store.set(HEARTBEAT, Integer.toString(socket.getLocalPort()));
      return socket;
    } catch (IOException e) {
      throw new PeerException("rank 0 cannot listen for the others: " + e.getMessage(), e);
    }
  }

  private void enter() {
    String key = HERE + world.rank();
    if (store.add("count/" + world.rank(), 1) > 1) {
      String first = store.check(new StringVector(key)) ? store.get_to_str(key) : "";
      throw new WorldException(
          "Two processes say that they are rank %d of the job at %s:%d%s: give each its own RANK, and each job its own MASTER_PORT."
              .formatted(
                  world.rank(),
                  world.host(),
                  world.port(),
                  first.isEmpty()
                      ? ""
                      : ", the other is process " + Member.parse(first).process()));
    }
    store.set(key, Member.here(world).text());
  }

  private List<Member> awaitAll() {
    List<Integer> missing = new ArrayList<>(IntStream.range(0, world.size()).boxed().toList());
    TreeMap<Integer, Member> come = new TreeMap<>();
    while (true) {
      missing.removeIf(rank -> {
        String key = HERE + rank;
        if (store.check(new StringVector(key))) {
          come.put(rank, Member.parse(store.get_to_str(key)));
          return true;
        }
        return false;
      });
      requireOneSize(List.copyOf(come.values()));
      if (missing.isEmpty()) {
        return List.copyOf(come.values());
      }
      if (System.nanoTime() > deadline) {
        throw new PeerException(
            "%s of %d %s not come to %s:%d within %d s. %s"
                .formatted(
                    ranks(missing),
                    world.size(),
                    missing.size() == 1 ? "has" : "have",
                    world.host(),
                    world.port(),
                    patience.toSeconds(),
                    advice()));
      }
      sleep();
    }
  }

  private void requireOneSize(List<Member> come) {
    if (come.stream().mapToInt(Member::size).distinct().count() > 1) {
      throw new WorldException(
          "The processes were told different numbers of processes: "
              + come.stream()
                  .map(member -> member + " " + member.size())
                  .collect(Collectors.joining(", "))
              + "; WORLD_SIZE must be the same for all.");
    }
  }

  private static String ranks(List<Integer> ranks) {
    return (ranks.size() == 1 ? "rank " : "ranks ")
        + ranks.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static String advice() {
    return "More time: set " + Patience.JOIN + ".";
  }

  private static void sleep() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted while waiting for the others");
    }
  }

  /** The wires of a heartbeat: rank 0's to all others, another's to rank 0. */
  List<Wire> wires() {
    try (door) {
      return world.rank() == 0 ? accept() : List.of(connect());
    } catch (IOException e) {
      throw new PeerException(
          "the heartbeat of %s cannot be set up: %s"
              .formatted(members.get(world.rank()), e.getMessage()),
          e);
    }
  }

  private List<Wire> accept() throws IOException {
    TreeMap<Integer, Wire> wires = new TreeMap<>();
    long end = System.nanoTime() + patience.toNanos();
    while (wires.size() < world.size() - 1) {
      // At least one: zero would be for ever.
      door.setSoTimeout(Math.clamp((end - System.nanoTime()) / 1_000_000, 1, Integer.MAX_VALUE));
      Socket socket = door.accept();
      OptionalInt rank = greet(socket);
      if (rank.isPresent() && !wires.containsKey(rank.getAsInt())) {
        wires.put(rank.getAsInt(), new Wire(socket, members.get(rank.getAsInt())));
      } else {
        socket.close();
      }
    }
    return List.copyOf(wires.values());
  }

  /** Who is at the door; empty for strangers, as scanners of ports are. */
  private OptionalInt greet(Socket socket) {
    try {
      socket.setSoTimeout((int) GREETING.toMillis());
      int rank = new DataInputStream(socket.getInputStream()).readInt();
      if (rank < 1 || rank >= world.size()) {
        return OptionalInt.empty();
      }
      new DataOutputStream(socket.getOutputStream()).writeInt(0);
      socket.setSoTimeout(0);
      return OptionalInt.of(rank);
    } catch (IOException _) {
      return OptionalInt.empty();
    }
  }

  private Wire connect() throws IOException {
    int port;
    try (PointerScope _ = new PointerScope()) {
      port = Integer.parseInt(store.get_to_str(HEARTBEAT));
    }
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(world.host(), port), (int) patience.toMillis());
    new DataOutputStream(socket.getOutputStream()).writeInt(world.rank());
    if (new DataInputStream(socket.getInputStream()).readInt() != 0) {
      throw new IOException("port " + port + " of " + world.host() + " is not rank 0's");
    }
    return new Wire(socket, members.getFirst());
  }

  /** Everybody, by rank. */
  List<Member> members() {
    return members;
  }

  @Override
  public void close() {
    store.releaseReference();
    shared.releaseReference();
  }
}
