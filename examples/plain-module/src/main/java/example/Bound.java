package example;

import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Wrapper;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;

// [wrapper]
/** A wrapper of one's own: after every step, no weight is larger than {@code most}. */
record Bound(
    @Knob(symbol = "c", value = "4", range = "(0, inf)", about = "largest weight") double most)
    implements Wrapper {

  @Override
  public void after(List<ParameterState> all) {
    for (ParameterState p : all) {
      p.value()
          .clamp_(
              new ScalarOptional(new Scalar(-most)), new ScalarOptional(new Scalar(most)));
    }
  }
}
// [end]
