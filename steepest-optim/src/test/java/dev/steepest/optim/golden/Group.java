package dev.steepest.optim.golden;

import dev.steepest.optim.Rule;
import java.util.Map;

/**
 * One group of a recorded run.
 *
 * @param recordedRole the "role" of its parameters in the case; null takes all that have none
 */
record Group(String recordedRole, Class<? extends Rule> rule, Map<String, Object> hyper) {}
