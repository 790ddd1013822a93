package dev.steepest.optim.contract;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.HalfPrecision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** No rule keeps anything of a step, however half precision is stored: {@link SteadyMemory}. */
class MemoryTest {

  @TestFactory
  Stream<DynamicTest> nothing_is_kept_of_a_step() {
    return Fixture.rules()
        .flatMap(rule ->
            Arrays.stream(HalfPrecision.values())
                .map(half ->
                    dynamicTest(
                        rule.getSimpleName() + " " + half,
                        () ->
                            SteadyMemory.of(
                                Fixture.make(rule, Map.of("lr", 1e-3, "ns_steps", 1)),
                                half,
                                List.of()))));
  }
}
