package dev.steepest.lab.weights;

import java.util.List;

/** What Python's pickle knows and Java has no type for; the rest are lists, maps and boxes. */
sealed interface PickleValue {

  /** {@code None}. */
  enum None implements PickleValue {
    NONE
  }

  /** A tuple; its length is fixed. */
  record Tuple(List<Object> items) implements PickleValue {}

  /** A class or function by its name; nothing of it is ever run. */
  record Global(String module, String name) implements PickleValue {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** An object whose content is of no interest. */
  record Opaque(String kind) implements PickleValue {}

  /** In the stack, where a list of arguments begins. */
  enum Mark implements PickleValue {
    MARK
  }
}
