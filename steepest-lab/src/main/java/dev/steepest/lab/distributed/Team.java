package dev.steepest.lab.distributed;

import dev.steepest.optim.Shards;
import dev.steepest.tensor.Native;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The processes that train one network together, seen from one of them: sums, copies and decisions
 * that all take part in.
 *
 * <p>Every member makes the same calls in the same order, from the thread that joined. Whatever is
 * summed is the same to the last bit in all members. A team of one does everything at once and
 * changes nothing.
 */
public final class Team implements AutoCloseable {
  private final World world;
  private final Optional<Link> link;
  private boolean over;

  /** What members of a true team have. */
  private record Link(Rendezvous rendezvous, Heartbeat heartbeat, ProcessGroups groups) {}

  private Team(World world, Optional<Link> link) {
    this.world = world;
    this.link = link;
  }

  /** The team of this process alone. */
  public static Team alone() {
    return new Team(World.ALONE, Optional.empty());
  }

  /**
   * Waits for the others and joins them.
   *
   * @param onLoss told, in another thread, when a member is lost; the working thread may then be
   *     blocked in native code for good, so that only the end of the process helps
   * @throws WorldException if the processes were not started as one team
   * @throws PeerException if others do not come in time
   */
  public static Team join(World world, Patience patience, Consumer<PeerException> onLoss) {
    if (world.isAlone()) {
      return alone();
    }
    Native.prepare();
    String attempt = System.getenv().getOrDefault("TORCHELASTIC_RESTART_COUNT", "0");
    Rendezvous rendezvous = new Rendezvous(world, patience.join(), attempt);
    List<Wire> wires = rendezvous.wires();
    Heartbeat heartbeat =
        new Heartbeat(rendezvous.members().get(world.rank()), wires, patience.silence(), onLoss);
    try (Pulse.Pause _ = heartbeat.pulse().pause()) {
      ProcessGroups groups = new ProcessGroups(world, rendezvous.store(), Wire.address(wires));
      return new Team(world, Optional.of(new Link(rendezvous, heartbeat, groups)));
    } catch (RuntimeException e) {
      throw heartbeat.explain(e);
    }
  }

  public World world() {
    return world;
  }

  /** Number of this member, from 0. */
  public int rank() {
    return world.rank();
  }

  /** Number of members. */
  public int size() {
    return world.size();
  }

  /** Members on this machine, this one among them. */
  public int neighbours() {
    return link.map(
            l -> {
              List<Member> all = l.rendezvous().members();
              String here = all.get(rank()).host();
              return (int) all.stream().filter(member -> member.host().equals(here)).count();
            })
        .orElse(1);
  }

  /** Whether this is rank 0, which keeps records and talks. */
  public boolean leads() {
    return world.rank() == 0;
  }

  /** How tensors travel, e.g. {@code gloo}; {@code none} in a team of one. */
  public String backend() {
    return link.map(l -> l.groups().name()).orElse("none");
  }

  /** Adds up a tensor over all members, in place: dense, of any number type. */
  public void sum(Tensor tensor) {
    link.ifPresent(_ -> {
      try (Travel travel = startSum(tensor)) {
        travel.await();
      }
    });
  }

  /** The sum over all members. */
  public double sum(double own) {
    return sums(own)[0];
  }

  /** The sums of several numbers, each over all members, in one journey. */
  public double[] sums(double... own) {
    double[] totals = own.clone();
    if (link.isPresent()) {
      try (PointerScope _ = new PointerScope()) {
        Tensor total = torch.zeros(new long[] {own.length}, new TensorOptions(ScalarType.Double));
        total.data_ptr_double().put(own);
        sum(total);
        total.data_ptr_double().get(totals);
      }
    }
    return totals;
  }

  /** Begins to add up; the tensor must not be touched, but must live, until it has arrived. */
  Travel startSum(Tensor tensor) {
    Link to = link.orElseThrow();
    return travel(() -> to.groups().sum(tensor));
  }

  /** Copies a member's tensor to all others, in place: dense, of equal shape and type. */
  public void spread(Tensor tensor, int from) {
    if (link.isPresent()) {
      try (Travel travel = startSpread(tensor, from)) {
        travel.await();
      }
    }
  }

  Travel startSpread(Tensor tensor, int from) {
    Link to = link.orElseThrow();
    return travel(() -> to.groups().spread(tensor, from));
  }

  /** Sends a dense tensor to one member, who receives it. */
  void send(Tensor tensor, int to) {
    try (Travel travel = travel(() -> link.orElseThrow().groups().send(tensor, to))) {
      travel.await();
    }
  }

  /** Receives what a member sends, into a dense tensor of equal shape and type. */
  void receive(Tensor tensor, int from) {
    try (Travel travel = travel(() -> link.orElseThrow().groups().receive(tensor, from))) {
      travel.await();
    }
  }

  /**
   * Gives rank 0's tensors to everybody.
   *
   * @param says asked in rank 0 only
   * @param keep names of those that are wanted in this member
   * @return owned by the caller's scope
   */
  public Map<String, Tensor> tensorsFromLeader(
      Supplier<Map<String, Tensor>> says, Predicate<String> keep) {
    if (link.isPresent()) {
      return TensorParcel.fromLeader(this, says, keep);
    }
    Map<String, Tensor> kept = new LinkedHashMap<>(says.get());
    kept.keySet().removeIf(keep.negate());
    return kept;
  }

  private Travel travel(Supplier<org.bytedeco.pytorch.Work> start) {
    Heartbeat heartbeat = link.orElseThrow().heartbeat();
    try {
      return new Travel(start.get(), heartbeat);
    } catch (RuntimeException e) {
      throw heartbeat.explain(e);
    }
  }

  /** What rank 0 says, to everybody. */
  public byte[] fromLeader(Supplier<byte[]> says) {
    if (link.isEmpty()) {
      return says.get();
    }
    byte[] own = leads() ? says.get() : new byte[0];
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor length = torch.tensor(new long[] {own.length});
      spread(length, 0);
      Tensor bytes = leads() ? tensor(own, own.length) : tensor(own, length.item_long());
      spread(bytes, 0);
      return bytes(bytes, length.item_long());
    }
  }

  /** What rank 0 says, to everybody. */
  public String textFromLeader(Supplier<String> says) {
    byte[] bytes = fromLeader(() -> says.get().getBytes(StandardCharsets.UTF_8));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What everybody says, by rank, to everybody. */
  public List<byte[]> gather(byte[] own) {
    if (link.isEmpty()) {
      return List.of(own);
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      long[] slots = new long[size()];
      slots[rank()] = own.length;
      Tensor lengths = torch.tensor(slots);
      sum(lengths);
      List<byte[]> all = new ArrayList<>();
      for (int from = 0; from < size(); from++) {
        long length = lengths.narrow(0, from, 1).item_long();
        Tensor bytes = tensor(from == rank() ? own : new byte[0], length);
        spread(bytes, from);
        all.add(bytes(bytes, length));
      }
      return all;
    }
  }

  private static Tensor tensor(byte[] content, long length) {
    Tensor bytes =
        torch.zeros(new long[] {Math.max(1, length)}, new TensorOptions(ScalarType.Byte));
    buffer(bytes, content.length).put(content);
    return bytes;
  }

  private static byte[] bytes(Tensor tensor, long length) {
    byte[] content = new byte[Math.toIntExact(length)];
    buffer(tensor, content.length).get(content);
    return content;
  }

  private static ByteBuffer buffer(Tensor tensor, long length) {
    return new BytePointer(tensor.data_ptr()).capacity(length).asByteBuffer();
  }

  /** Whether it is so with anybody. */
  public boolean any(boolean own) {
    return sum(own ? 1 : 0) > 0;
  }

  /** Waits until everybody is here. */
  public void meet() {
    sum(0);
  }

  /**
   * Does what may take its time without computing: a slow disk or a console that somebody has
   * halted is no loss of this member. Elsewhere a thread that stands still is taken for one that
   * hangs.
   */
  public <T> T unhurriedly(Supplier<T> work) {
    if (link.isEmpty()) {
      return work.get();
    }
    try (Pulse.Pause _ = link.get().heartbeat().pulse().pause()) {
      return work.get();
    }
  }

  /** The same for work that gives nothing. */
  public void unhurried(Runnable work) {
    unhurriedly(() -> {
      work.run();
      return true;
    });
  }

  /** Sums over the shards of an optimizer: in float64, then rounded to the scalar's own type. */
  public Shards shards() {
    return link.isEmpty()
        ? Shards.NONE
        : own -> {
          Tensor total = own.to(new Device("cpu"), ScalarType.Double).clone();
          sum(total);
          return total.to(own.device(), own.scalar_type().intern());
        };
  }

  /**
   * Tells the others why this process fails, so that they name the reason, and leaves.
   *
   * @param reason a sentence
   */
  public void fail(String reason) {
    if (!over) {
      over = true;
      link.ifPresent(l -> l.heartbeat().fail(reason));
    }
  }

  /**
   * Waits for the others, then leaves in good order; after a loss or a failure it is left already.
   */
  @Override
  public void close() {
    if (over || link.isEmpty() || link.get().heartbeat().loss().isPresent()) {
      return;
    }
    over = true;
    meet();
    link.get().heartbeat().close();
    link.get().groups().close();
    link.get().rendezvous().close();
  }
}
