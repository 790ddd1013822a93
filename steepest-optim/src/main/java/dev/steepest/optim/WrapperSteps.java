package dev.steepest.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/** A wrapper in motion: its own states of all parameters of all groups. */
final class WrapperSteps {

  private final Wrapper wrapper;
  private final List<GroupSteps> groups;
  private final Shards shards;
  private final Map<ParameterState, ParameterState> ownOf = new LinkedHashMap<>();
  private List<ParameterState> active = List.of();
  private PointCopies before = PointCopies.NONE;

  WrapperSteps(Wrapper wrapper, List<GroupSteps> groups, Shards shards) {
    if (wrapper instanceof Record hyper) {
      Knobs.check(hyper);
    }
    this.wrapper = wrapper;
    this.groups = groups;
    this.shards = shards;
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
    return List.copyOf(ownOf.values());
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
    active = having();
    for (GroupSteps group : groups) {
      group.states().forEach(state -> ownOf.get(state).lr(group.lr()));
    }
    create(active);
    active.forEach(ParameterState::advance);
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
    String prefix = name() + ":";
    ownOf
        .values()
        .forEach(own ->
            kept.put(
                own,
                new OptimizerState.Kept(
                    prefix, wrapper.buffers(own.parameter()), Map.of(), false)));
    return kept;
  }

  void close() {
    ownOf.values().forEach(ParameterState::close);
  }

  private List<ParameterState> having() {
    return ownOf.values().stream().filter(ParameterState::hasGradient).toList();
  }

  /** Those around whose coming or present update there is something to do. */
  private List<ParameterState> acting() {
    return active.stream().filter(state -> wrapper.acts(state.step())).toList();
  }

  /** Makes states that are wanting, of the rules first: a master copy may be among them. */
  private void create(List<ParameterState> having) {
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      groups.forEach(GroupSteps::create);
      for (ParameterState own : having) {
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
