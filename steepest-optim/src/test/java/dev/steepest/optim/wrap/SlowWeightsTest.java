package dev.steepest.optim.wrap;

import static dev.steepest.optim.wrap.Ground.ROUNDING;
import static dev.steepest.optim.wrap.Ground.around;
import static dev.steepest.optim.wrap.Ground.descent;
import static dev.steepest.optim.wrap.Ground.gradient;
import static dev.steepest.optim.wrap.Ground.numbers;
import static dev.steepest.optim.wrap.Ground.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.Wrappers;
import dev.steepest.optim.rule.Sgd;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lookahead and averages against plain arithmetic. */
class SlowWeightsTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void lookahead_follows_its_formula() {
    for (Lookahead.Sync sync : Lookahead.Sync.values()) {
      Lookahead wrapper =
          new Lookahead(3, 0.3, sync, Lookahead.Curve.CONSTANT, 9, Lookahead.Pullback.NONE);
      Parameter p = parameter("p", 1);
      double w = 1;
      double slow = 1;
      try (Optimizer optimizer = around(descent(0.1), List.of(p), wrapper)) {
        for (int t = 1; t <= 11; t++) {
          gradient(p, t);
          optimizer.step();
          w -= 0.1 * t;
          if (sync == Lookahead.Sync.FROM_START ? t % 3 == 0 : t % 3 == 1) {
            slow = sync == Lookahead.Sync.AFTER_FIRST && t == 1 ? w : slow + 0.3 * (w - slow);
            w = slow;
          }
          assertThat(numbers(p)[0]).as("%s %d", sync, t).isCloseTo(w, within(ROUNDING * t));
        }
      }
    }
  }

  /** KellerJordan/cifar10-airbench: every five of 13 updates, and decay 1 after the last. */
  @Test
  void lookahead_follows_airbenchs_curve() {
    Lookahead wrapper =
        new Lookahead(
            5,
            0.5,
            Lookahead.Sync.FROM_START,
            Lookahead.Curve.AIRBENCH,
            13,
            Lookahead.Pullback.NONE);
    Parameter p = parameter("p", 1);
    double net = 1;
    double ema = 1;
    try (Optimizer optimizer = around(descent(0.1), List.of(p), wrapper)) {
      for (int t = 1; t <= 13; t++) {
        gradient(p, t);
        optimizer.step();
        net -= 0.1 * t;
        if (t % 5 == 0) {
          double decay = 0.77378094f * ((t / 13f) * (t / 13f) * (t / 13f)); // .95⁵, in float32
          ema = decay * ema + (1 - decay) * net;
          net = ema;
        }
        if (t == 13) {
          net = ema;
        }
        assertThat(numbers(p)[0]).as("%d", t).isCloseTo(net, within(ROUNDING * t));
      }
    }
  }

  @Test
  void lookahead_pulls_momentum_back() {
    for (Lookahead.Pullback pullback : Lookahead.Pullback.values()) {
      Lookahead wrapper =
          new Lookahead(2, 0.25, Lookahead.Sync.FROM_START, Lookahead.Curve.CONSTANT, 9, pullback);
      Parameter p = parameter("p", 1);
      double m = 0;
      double last = 0;
      try (Optimizer optimizer = around(new Sgd(0.1, 0.5, 0, 0, false), List.of(p), wrapper)) {
        for (int t = 1; t <= 6; t++) {
          gradient(p, t);
          optimizer.step();
          m = 0.5 * m + t;
          if (t % 2 == 0) {
            m =
                switch (pullback) {
                  case NONE -> m;
                  case RESET -> 0;
                  case INTERPOLATE -> 0.25 * m + 0.75 * last;
                  case SHARED -> 0.25 * m + 0.75 * (t == 2 ? 0 : 0.25 * m);
                };
            last = m;
          }
          assertThat(optimizer.state().get("p/momentum").item_double())
              .as("%s %d", pullback, t)
              .isCloseTo(m, within(ROUNDING * 10));
        }
      }
    }
  }

  @Test
  void a_listed_lookahead_is_the_constant_one_while_its_list_lasts() {
    Parameter a = parameter("p", 1, 2);
    Parameter b = parameter("p", 1, 2);
    Wrapper listed = Lookahead.withDecays(2, 0.5, 0.5);
    Wrapper constant = Wrappers.make(Lookahead.class, Map.of("k", 2, "alpha", 0.5));
    try (Optimizer one = around(descent(0.1), List.of(a), listed);
        Optimizer two = around(descent(0.1), List.of(b), constant)) {
      for (int t = 1; t <= 6; t++) {
        gradient(a, t, -t);
        gradient(b, t, -t);
        one.step();
        two.step();
        assertThat(a.tensor().equal(b.tensor())).as("%d", t).isEqualTo(t < 6);
      }
    }
    assertThatThrownBy(() -> Lookahead.withDecays(0)).hasMessageContaining("k is 0");
    assertThatThrownBy(() -> Lookahead.withDecays(1, 1.5)).hasMessageContaining("decay 1.5");
  }

  @Test
  void the_average_follows_its_formula() {
    for (Ema.WarmUp warmUp : Ema.WarmUp.values()) {
      Parameter p = parameter("p", 1);
      double w = 1;
      double average = 1;
      try (Optimizer optimizer = around(descent(0.1), List.of(p), new Ema(0.3, warmUp, 2))) {
        for (int t = 1; t <= 8; t++) {
          gradient(p, t);
          optimizer.step();
          w -= 0.1 * t;
          if (t % 2 == 0) {
            double n = t / 2.0;
            double d = warmUp == Ema.WarmUp.NONE ? 0.3 : Math.min(0.3, (1 + n) / (10 + n));
            average = d * average + (1 - d) * w;
          }
          try (Evaluation _ = optimizer.evaluating()) {
            assertThat(numbers(p)[0])
                .as("%s %d", warmUp, t)
                .isCloseTo(average, within(ROUNDING * t));
          }
          assertThat(numbers(p)[0]).isCloseTo(w, within(ROUNDING * t));
        }
      }
    }
  }

  /** A bfloat16 average of decay .999 would stand still: each change is below half a unit. */
  @Test
  void the_average_of_narrow_weights_is_wide() {
    Parameter p = new Parameter("p", Role.VECTOR, torch.ones(1).to(ScalarType.BFloat16));
    p.tensor().mutable_grad().put(torch.zeros(1).to(ScalarType.BFloat16));
    try (Optimizer optimizer = around(descent(1), List.of(p), new Ema(0.999, Ema.WarmUp.NONE, 1))) {
      optimizer.step();
      p.tensor().fill_(new Scalar(2.0));
      for (int t = 0; t < 700; t++) {
        optimizer.step();
        optimizer.evaluating().close(); // does not round it either
      }
      double expected = 2 - Math.pow(0.999, 700);
      assertThat(optimizer.state().get("ema:p/average").item_double())
          .isCloseTo(expected, within(1e-4)); // 700 roundings of float32
    }
  }
}
