package dev.steepest.optim.contract;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every hyper-parameter of every rule changes the trajectory: {@link KnobTurn}. */
class DeadKnobTest {

  @TestFactory
  Stream<DynamicTest> knobs() {
    return Fixture.rules()
        .flatMap(rule ->
            Knobs.of(Rules.hyper(rule)).stream()
                .map(knob ->
                    dynamicTest(
                        rule.getSimpleName() + "." + knob.key(),
                        () ->
                            new KnobTurn<>(
                                    Rules.hyper(rule),
                                    given -> Rules.make(rule, given),
                                    DeadKnobTest::trajectory)
                                .turn(knob))));
  }

  private static List<double[]> trajectory(Rule rule) {
    try (PointerScope _ = new PointerScope();
        Fixture fixture = Fixture.of(rule)) {
      fixture.run(0, 6);
      return fixture.values();
    }
  }
}
