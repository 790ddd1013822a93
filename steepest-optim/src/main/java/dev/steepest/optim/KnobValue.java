package dev.steepest.optim;

import java.util.Locale;

/**
 * One value read for a hyper-parameter: either usable or a problem.
 *
 * @param plain the value as configuration writes it
 * @param argument the value as the record's constructor takes it
 * @param problem what is wrong, naming key, value and what is allowed; null where nothing is
 */
record KnobValue(Object plain, Object argument, String problem) {

  static KnobValue read(Knobs.Declared knob, Object given) {
    if (knob.type() == double.class) {
      Double number = number(given);
      return number != null && knob.range().contains(number) ? same(number) : wrong(knob, given);
    }
    if (knob.type() == long.class) {
      Double number = number(given);
      boolean whole = number != null && number == Math.rint(number) && Math.abs(number) < 0x1p53;
      return whole && knob.range().contains(number) ? same(number.longValue()) : wrong(knob, given);
    }
    if (knob.type() == boolean.class) {
      return switch (String.valueOf(given)) {
        case "true" -> same(true);
        case "false" -> same(false);
        default -> wrong(knob, given);
      };
    }
    if (knob.type().isEnum()) {
      String word =
          given instanceof Enum<?> constant ? Knobs.word(constant) : String.valueOf(given);
      for (Object constant : knob.type().getEnumConstants()) {
        if (Knobs.word((Enum<?>) constant).equals(word.toLowerCase(Locale.ROOT))) {
          return new KnobValue(Knobs.word((Enum<?>) constant), constant, null);
        }
      }
      return wrong(knob, given);
    }
    throw new IllegalArgumentException(
        "hyper-parameter "
            + knob.key()
            + " is a "
            + knob.type()
            + "; only double, long, boolean and enums can be");
  }

  private static KnobValue same(Object value) {
    return new KnobValue(value, value, null);
  }

  private static KnobValue wrong(Knobs.Declared knob, Object given) {
    return new KnobValue(
        null, null, knob.key() + " is " + given + " but must be " + knob.allowed());
  }

  /** A number, also where a YAML reader left "1e-3" or "inf" a text; null for anything else. */
  private static Double number(Object given) {
    if (given instanceof Number number) {
      return number.doubleValue();
    }
    if (given instanceof String text) {
      if (text.equals("inf")) {
        return Double.POSITIVE_INFINITY; // as ranges and messages write it
      }
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException notANumber) {
        return null;
      }
    }
    return null;
  }
}
