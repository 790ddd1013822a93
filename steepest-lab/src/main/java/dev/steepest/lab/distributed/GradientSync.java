package dev.steepest.lab.distributed;

import dev.steepest.optim.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Sums the gradients of all members of a team while the backward pass goes on: parameters whose
 * gradients come first travel first, in buckets of some megabytes.
 *
 * <p>A step goes: any number of backward passes that stay here; {@link #expect}; one backward pass;
 * {@link #finish}. What is summed is what had accumulated in the parameters by then. Afterwards
 * every member has the same gradients to the last bit: a parameter of which some member has a
 * gradient has one everywhere, the others have none. Gradients are then views of the buckets, valid
 * until the next {@code expect}.
 *
 * <p>Buckets are filled from the last parameter to the first, whatever the order in which gradients
 * come: how a sum is rounded depends on the place in its bucket, and a resumed run is to round as
 * the one that never stopped. Networks therefore list their parameters in the order of their
 * forward pass. The first step learns how many backward passes each gradient takes part in; it
 * overlaps nothing.
 */
public final class GradientSync implements AutoCloseable {
  /**
   * Assumed: large enough that starting a sum (0.1–0.3 ms) costs nothing beside it (6–10 ms,
   * measured for Gloo's loopback), small enough that the last one, which nothing overlaps, is
   * short.
   */
  private static final long BUCKET_BYTES = 16 << 20;

  private final Team team;
  private final List<Parameter> parameters;
  private final List<VoidTensorHook> hooks = new ArrayList<>();
  private final List<Integer> hookNumbers = new ArrayList<>();
  private final int[] arrivals;
  private int[] expected;
  private final List<Bucket> buckets = new ArrayList<>();
  private final Place[] places;
  private boolean expecting;
  private int latest = NONE;
  private int started;
  private Report report = new Report(0, 0, 0, 0);

  private static final int NONE = -1;

  /** Where a parameter's gradient travels. */
  private record Place(Bucket bucket, int index) {}

  /**
   * What was summed so far, beginning with the second step.
   *
   * @param steps so many
   * @param bytes summed in all
   * @param early bytes that were under way before the backward pass was over
   * @param waited seconds after the backward pass until all had arrived
   */
  public record Report(long steps, long bytes, long early, double waited) {}

  /**
   * Hooks itself to the parameters' gradients until it is closed.
   *
   * @param parameters the same in all members, in the same order; their memory is dense
   */
  public GradientSync(Team team, List<Parameter> parameters) {
    this.team = team;
    this.parameters = List.copyOf(parameters);
    arrivals = new int[parameters.size()];
    places = new Place[parameters.size()];
    if (team.size() > 1) {
      build();
      for (int i = 0; i < parameters.size(); i++) {
        listen(i);
      }
    }
  }

  private void listen(int index) {
    // Called just before the gradient is added to the parameter's: it is there at the next call.
    VoidTensorHook hook =
        new VoidTensorHook() {
          @Override
          public void call(TensorBase gradient) {
            arrived(index);
          }
        };
    hooks.add(hook.retainReference());
    hookNumbers.add(parameters.get(index).tensor().register_hook(hook));
  }

  private void build() {
    Map<String, List<Integer>> open = new LinkedHashMap<>();
    for (int i = parameters.size() - 1; i >= 0; i--) {
      List<Integer> filling = open.computeIfAbsent(kind(i), _ -> new ArrayList<>());
      filling.add(i);
      if (filling.stream().mapToLong(this::bytes).sum() >= BUCKET_BYTES) {
        add(filling);
        filling.clear();
      }
    }
    open.values().stream().filter(left -> !left.isEmpty()).forEach(this::add);
  }

  private void add(List<Integer> members) {
    Bucket bucket = new Bucket(members.stream().map(parameters::get).toList());
    for (int i = 0; i < members.size(); i++) {
      places[members.get(i)] = new Place(bucket, i);
    }
    buckets.add(bucket);
  }

  private long bytes(int index) {
    return parameters.get(index).tensor().nbytes();
  }

  private String kind(int index) {
    var tensor = parameters.get(index).tensor();
    ScalarType type = tensor.scalar_type().intern();
    return type + " " + tensor.device().type();
  }

  /** The coming backward pass is the last of its step. */
  public void expect() {
    if (team.size() == 1) {
      return;
    }
    expecting = true;
    started = 0;
    latest = NONE;
    Arrays.fill(arrivals, 0);
  }

  private void arrived(int index) {
    if (expecting) {
      settle();
      latest = index;
    }
  }

  /** The gradient that arrived last is in its parameter now. */
  private void settle() {
    if (latest == NONE) {
      return;
    }
    int index = latest;
    latest = NONE;
    arrivals[index]++;
    if (expected != null && arrivals[index] == expected[index]) {
      places[index].bucket().fill(places[index].index());
      startFull();
    }
  }

  /** All members begin sums in the same order, whatever the order in which gradients come. */
  private void startFull() {
    while (started < buckets.size() && buckets.get(started).isFull()) {
      buckets.get(started++).start(team);
    }
  }

  /**
   * The backward pass is over: waits for the sums.
   *
   * @throws IllegalStateException if a gradient changed after it had been sent: the graph of this
   *     step uses a parameter more often than that of the first one
   */
  public void finish() {
    if (team.size() == 1) {
      return;
    }
    int before = started;
    settle();
    expecting = false;
    boolean learning = expected == null;
    if (!learning) {
      requireNoneLate();
    }
    long early = buckets.subList(0, before).stream().mapToLong(Bucket::bytes).sum();
    long begun = System.nanoTime();
    while (started < buckets.size()) {
      buckets.get(started++).start(team);
    }
    buckets.forEach(Bucket::finish);
    if (learning) {
      expected = Arrays.stream(arrivals).map(count -> Math.max(1, count)).toArray();
    } else {
      double waited = report.waited() + (System.nanoTime() - begun) / 1e9;
      long bytes = buckets.stream().mapToLong(Bucket::bytes).sum();
      report =
          new Report(report.steps() + 1, report.bytes() + bytes, report.early() + early, waited);
    }
  }

  private void requireNoneLate() {
    List<String> late =
        IntStream.range(0, arrivals.length)
            .filter(i -> arrivals[i] > expected[i])
            .mapToObj(i -> parameters.get(i).name())
            .toList();
    if (!late.isEmpty()) {
      throw new IllegalStateException(
          "the gradient of "
              + String.join(", ", late)
              + " changed after it had been sent to the other processes: it came more often than in"
              + " the first step");
    }
  }

  /** What was summed so far. */
  public Report report() {
    return report;
  }

  /** Lets go of the parameters; their gradients stay. */
  @Override
  public void close() {
    for (int i = 0; i < hooks.size(); i++) {
      parameters.get(i).tensor().remove_hook(hookNumbers.get(i));
      hooks.get(i).releaseReference();
    }
    buckets.forEach(Bucket::close);
  }
}
