package dev.steepest.optim.rule;

import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import org.bytedeco.pytorch.Scalar;

/**
 * A rule written in the test sources: it proves that one file is all that a rule takes.
 *
 * <pre>θ ← θ − η·sign(g)</pre>
 */
@Source(
    title = "signSGD: Compressed Optimisation for Non-Convex Problems",
    authors = "Bernstein, Wang, Azizzadenesheli, Anandkumar",
    year = 2018,
    url = "https://arxiv.org/abs/1802.04434")
public record SignDescent(
    @Knob(symbol = "η", value = "0.01", range = "(0, inf)", about = "learning rate") double lr)
    implements Rule {

  /** Begins a {@code SignDescent} whose hyper-parameters have their defaults. */
  public static SignDescentBuilder builder() {
    return new SignDescentBuilder();
  }

  @Override
  public void update(ParameterState p, double lr) {
    p.value().sub_(p.gradient().sign(), new Scalar(lr));
  }
}
