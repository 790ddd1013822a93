package dev.steepest.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/** A wrapper in motion: its own states of all parameters of all groups. */
final class WrapperSteps {

  private final Wrapper wrapper;
  private final List<GroupSteps> groups;
  private final Shards shards;
  private final Map<ParameterState, ParameterState> ownOf = new LinkedHashMap<>();

  /** Its own states of what no rule updates; none unless it follows the whole state. */
  private final List<ParameterState> alongside;

  private List<ParameterState> active = List.of();
  private PointCopies before = PointCopies.NONE;

  WrapperSteps(Wrapper wrapper, List<GroupSteps> groups, OptimizerBuilder built) {
    if (wrapper instanceof Record hyper) {
      Knobs.check(hyper);
    }
    this.wrapper = wrapper;
    this.groups = groups;
    this.shards = built.shards;
    this.alongside =
        followsWholeState()
            ? built.alongside.stream()
                .map(beside -> new ParameterState(beside, built.noise, HalfPrecision.NEAREST))
                .toList()
            : List.of();
    for (GroupSteps group : groups) {
      group.states().forEach(state -> ownOf.put(state, new ParameterState(state, name())));
    }
  }

  Wrapper wrapper() {
    return wrapper;
  }

  String name() {
    return Wrappers.name(wrapper.getClass());
  }

  List<ParameterState> states() {
    return Stream.concat(ownOf.values().stream(), alongside.stream()).toList();
  }

  /** Makes the state of what is alongside: the first forward pass already changes that. */
  void start() {
    create(alongside);
  }

  private boolean followsWholeState() {
    return wrapper instanceof Wrapper.WholeState;
  }

  boolean needsSecondGradient() {
    return wrapper instanceof Wrapper.SecondGradient;
  }

  /** Whether the step may go on: the second gradient, where one was wanted, may be used. */
  boolean secondGradient(Runnable compute, BooleanSupplier isFinite, KeptGradients kept) {
    if (!(wrapper instanceof Wrapper.SecondGradient climber)) {
      return true;
    }
    List<ParameterState> having =
        having().stream().filter(state -> wrapper.acts(state.step() + 1)).toList();
    if (having.isEmpty() && shards.equals(Shards.NONE)) {
      return true;
    }
    create(having);
    try (PointCopies _ = PointCopies.of(having)) {
      kept.leaveThisStepsShare();
      apply(having, all -> climber.climb(all, shards));
      kept.restore();
      compute.run();
    }
    return isFinite.getAsBoolean();
  }

  /** Counts the step; state is made here, before any wrapper has changed a value. */
  void begin() {
    active = followsWholeState() ? states() : having();
    for (GroupSteps group : groups) {
      group.states().forEach(state -> ownOf.get(state).lr(group.lr()));
    }
    create(active);
    if (followsWholeState()) {
      // One count for all: a state that is made late is not behind.
      long step = 1 + active.stream().mapToLong(ParameterState::step).max().orElse(0);
      active.forEach(state -> state.step(step));
    } else {
      active.forEach(ParameterState::advance);
    }
  }

  /** A step of the run without update: whoever counts the steps of the run goes on. */
  void leaveOut() {
    if (wrapper instanceof Wrapper.WholeState whole && whole.countsLeftOut()) {
      begin();
      after();
    }
  }

  void before() {
    List<ParameterState> acting = acting();
    if (wrapper instanceof Wrapper.SeesChange) {
      before = PointCopies.of(acting);
    }
    if (!acting.isEmpty() || !shards.equals(Shards.NONE)) {
      apply(acting, all -> wrapper.before(all, shards));
    }
  }

  void after() {
    before.show();
    List<ParameterState> acting = acting();
    if (!acting.isEmpty()) {
      apply(acting, wrapper::after);
    }
    forget();
  }

  /** Drops what was kept for the length of a step. */
  void forget() {
    before.drop();
    before = PointCopies.NONE;
  }

  Map<ParameterState, OptimizerState.Kept> kept() {
    Map<ParameterState, OptimizerState.Kept> kept = new LinkedHashMap<>();
    for (ParameterState own : states()) {
      kept.put(
          own,
          new OptimizerState.Kept(
              name() + ":",
              wrapper.buffers(own.parameter()),
              Map.of(),
              false,
              alongside.contains(own)));
    }
    return kept;
  }

  void close() {
    states().forEach(ParameterState::close);
  }

  private List<ParameterState> having() {
    return ownOf.values().stream().filter(ParameterState::hasGradient).toList();
  }

  /** Those around whose coming or present update there is something to do. */
  private List<ParameterState> acting() {
    return active.stream().filter(state -> wrapper.acts(state.step())).toList();
  }

  /** Makes states that are wanting, of the rules first: a master copy may be among them. */
  private void create(List<ParameterState> wanted) {
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      groups.forEach(GroupSteps::create);
      for (ParameterState own : wanted) {
        if (own.isEmpty()) {
          own.create(wrapper.buffers(own.parameter()), Map.of());
        }
      }
    }
  }

  private static void apply(List<ParameterState> members, Consumer<List<ParameterState>> deed) {
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      deed.accept(members);
      members.forEach(ParameterState::endBoth);
    }
  }
}
