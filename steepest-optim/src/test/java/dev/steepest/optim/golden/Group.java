package dev.steepest.optim.golden;

import dev.steepest.optim.Rule;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;

/**
 * One group of a recorded run.
 *
 * @param recordedRole the "role" of its parameters in the case; null takes all
 * @param takes which of these it has
 */
record Group(
    String recordedRole,
    Predicate<Tensor> takes,
    Class<? extends Rule> rule,
    Map<String, Object> hyper) {

  Group(String recordedRole, Class<? extends Rule> rule, Map<String, Object> hyper) {
    this(recordedRole, _ -> true, rule, hyper);
  }
}
