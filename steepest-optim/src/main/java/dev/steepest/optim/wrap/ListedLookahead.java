package dev.steepest.optim.wrap;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Wrapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@link Lookahead#withDecays}. No record: configuration cannot say a list. */
final class ListedLookahead implements Wrapper, Wrapper.WholeState {

  private static final String SLOW = "slow";

  private final long k;
  private final double[] decays;

  ListedLookahead(long k, double... decays) {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + " but must be a whole number in [1, inf)");
    }
    for (double decay : decays) {
      if (!(decay >= 0 && decay <= 1)) {
        throw new IllegalArgumentException("decay " + decay + " must be in [0, 1]");
      }
    }
    this.k = k;
    this.decays = decays.clone();
  }

  @Override
  public Place place() {
    return Place.SLOW_WEIGHTS;
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.copyOf(parameter, SLOW));
  }

  /** {@code decays}: joined by commas. */
  @Override
  public Map<String, Object> settings() {
    String list = Arrays.stream(decays).mapToObj(Double::toString).collect(Collectors.joining(","));
    return new TreeMap<>(Map.of("k", k, "decays", list));
  }

  /** The list is one of the run's steps. */
  @Override
  public boolean countsLeftOut() {
    return true;
  }

  @Override
  public boolean acts(long step) {
    return step % k == 0 && step / k <= decays.length;
  }

  @Override
  public void after(List<ParameterState> all) {
    for (ParameterState p : all) {
      double decay = decays[Math.toIntExact(p.step() / k) - 1];
      Lookahead.pull(p, SLOW, 1 - decay);
    }
  }
}
