package dev.steepest.lab.weights;

import dev.steepest.lab.weights.PickleValue.Global;
import dev.steepest.lab.weights.PickleValue.Mark;
import dev.steepest.lab.weights.PickleValue.None;
import dev.steepest.lab.weights.PickleValue.Opaque;
import dev.steepest.lab.weights.PickleValue.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Python's pickle format, protocols 2 to 5, as far as files of weights need it (CPython's
 * {@code Lib/pickletools.py} describes the operations). A pickle is a program that builds values on
 * a stack and may call anything by its name; here only what {@link Functions} knows is called, and
 * nothing of Python's is.
 *
 * <p>Numbers of operations, marks and bytes are limited, so that a file of a few bytes cannot fill
 * the memory; all that is read is kept in the given bytes' proportion.
 */
final class Pickle {
  /** Assumed: a network of 1,000 tensors takes about 30,000, optimizer states some more. */
  private static final int MOST_OPERATIONS = 3_000_000;

  /** Assumed: arguments of arguments; a state dict has 6. */
  private static final int DEEPEST = 100;

  private static final int LONGEST_INTEGER = 8;

  private final PickleBytes in;
  private final Functions functions;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private int marks;
  private int operations;

  /** What the program may call. */
  interface Functions {
    /**
     * @throws Malformed if {@code name} is not allowed, or not with these arguments
     */
    Object call(Global name, List<Object> arguments) throws Malformed;

    /** A value that the pickle refers to and does not hold: a storage. */
    Object persistent(Object id) throws Malformed;

    /**
     * @throws Malformed if {@code name} is not allowed
     */
    void admit(Global name) throws Malformed;
  }

  private Pickle(PickleBytes in, Functions functions) {
    this.in = in;
    this.functions = functions;
  }

  /**
   * Reads one value; afterwards {@code in} stands behind it.
   *
   * @throws Malformed saying at which byte, if it is no pickle or asks for what is not allowed
   */
  static Object read(PickleBytes in, Functions functions) throws Malformed {
    Pickle pickle = new Pickle(in, functions);
    long at = in.position();
    try {
      while (true) {
        at = in.position();
        int operation = in.unsignedByte();
        if (operation == '.') {
          return pickle.pop();
        }
        pickle.count();
        pickle.execute(operation);
      }
    } catch (Malformed e) {
      throw new Malformed("at byte %d of its pickle, %s".formatted(at, e.getMessage()), e.remedy());
    }
  }

  private void count() throws Malformed {
    operations++;
    if (operations > MOST_OPERATIONS) {
      throw new Malformed("there are more than %d operations".formatted(MOST_OPERATIONS));
    }
  }

  private void execute(int operation) throws Malformed {
    switch (operation) {
      case 0x80 -> version(in.unsignedByte());
      case 0x95 -> in.skip(8); // length of a frame
      case '(' -> mark();
      case '0' -> pop();
      case '1' -> sinceMark();
      case '2' -> push(top());
      case 'N' -> push(None.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.unsignedByte());
      case 'M' -> push((long) in.unsignedShort());
      case 'J' -> push((long) in.signedInt());
      case 0x8a -> push(integer(in.unsignedByte()));
      case 'G' -> push(in.bigEndianDouble());
      case 'X' -> push(in.text(in.unsignedInt()));
      case 0x8c -> push(in.text(in.unsignedByte()));
      case 0x8d -> push(in.text(in.signedLong()));
      case 'U', 'C' -> push(in.latin(in.unsignedByte()));
      case 'T', 'B' -> push(in.latin(in.unsignedInt()));
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(sinceMark()));
      case 0x85 -> push(tuple(1));
      case 0x86 -> push(tuple(2));
      case 0x87 -> push(tuple(3));
      case ']', 0x8f -> push(new ArrayList<>()); // a set is read as a list
      case 'l', 0x91 -> push(sinceMark());
      case 'a' -> append(List.of(pop()));
      case 'e', 0x90 -> append(sinceMark());
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> {
        List<Object> items = sinceMark();
        push(new LinkedHashMap<>());
        put(items);
      }
      case 's' -> put(tuple(2).items());
      case 'u' -> put(sinceMark());
      case 'c' -> global(new Global(in.line(), in.line()));
      case 0x93 -> {
        List<Object> names = tuple(2).items();
        global(new Global(text(names.get(0)), text(names.get(1))));
      }
      case 'R', 0x81 -> {
        List<Object> call = tuple(2).items();
        if (!(call.get(0) instanceof Global name) || !(call.get(1) instanceof Tuple arguments)) {
          throw new Malformed("something is called that is no function");
        }
        push(functions.call(name, arguments.items()));
      }
      case 'b' -> build();
      case 'Q' -> push(functions.persistent(pop()));
      case 'q' -> memo.put((long) in.unsignedByte(), top());
      case 'r' -> memo.put(in.unsignedInt(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(remembered(in.unsignedByte()));
      case 'j' -> push(remembered(in.unsignedInt()));
      default ->
          throw new Malformed(
              "operation 0x%02x (%s) is not one of those that weights need"
                  .formatted(
                      operation, Character.isLetterOrDigit(operation) ? (char) operation : '-'));
    }
  }

  private static void version(int protocol) throws Malformed {
    if (protocol < 2 || protocol > 5) {
      throw new Malformed("it is of protocol %d; 2 to 5 can be read".formatted(protocol));
    }
  }

  private void mark() throws Malformed {
    marks++;
    if (marks > DEEPEST) {
      throw new Malformed("values are nested more than %d deep".formatted(DEEPEST));
    }
    stack.add(Mark.MARK);
  }

  private List<Object> sinceMark() throws Malformed {
    int at = stack.lastIndexOf(Mark.MARK);
    if (at < 0) {
      throw new Malformed("a list ends that has not begun");
    }
    marks--;
    List<Object> tail = stack.subList(at + 1, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    stack.removeLast();
    return items;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws Malformed {
    Object value = top();
    stack.removeLast();
    return value;
  }

  private Object top() throws Malformed {
    if (stack.isEmpty() || stack.getLast() == Mark.MARK) {
      throw new Malformed("a value is used that is not there");
    }
    return stack.getLast();
  }

  private Tuple tuple(int size) throws Malformed {
    Object[] items = new Object[size];
    for (int i = size - 1; i >= 0; i--) {
      items[i] = pop();
    }
    return new Tuple(List.of(items));
  }

  private void append(Collection<Object> items) throws Malformed {
    if (!(top() instanceof List<?>)) {
      throw new Malformed("something is appended to what is no list");
    }
    @SuppressWarnings("unchecked") // only this class makes lists
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void put(List<Object> items) throws Malformed {
    if (!(top() instanceof Map<?, ?>) || items.size() % 2 != 0) {
      throw new Malformed("entries are put into what is no dictionary, or lack a value");
    }
    @SuppressWarnings("unchecked") // only this class and its functions make maps
    Map<Object, Object> map = (Map<Object, Object>) top();
    for (int i = 0; i < items.size(); i += 2) {
      map.put(key(items.get(i)), items.get(i + 1));
    }
  }

  /** Keys that can be hashed whatever they hold. */
  private static Object key(Object key) throws Malformed {
    if (key instanceof String || key instanceof Number || key instanceof Boolean) {
      return key;
    }
    throw new Malformed("a dictionary has a key that is neither text nor number");
  }

  private static String text(Object value) throws Malformed {
    if (value instanceof String text) {
      return text;
    }
    throw new Malformed("a name is no text");
  }

  private void global(Global name) throws Malformed {
    functions.admit(name);
    push(name);
  }

  /** The attributes of an object: of a dictionary they are notes on versions, which are left. */
  private void build() throws Malformed {
    pop();
    Object target = top();
    if (!(target instanceof Map<?, ?>) && !(target instanceof Opaque)) {
      throw new Malformed("attributes are set on what is no dictionary");
    }
  }

  private Object remembered(long index) throws Malformed {
    Object value = memo.get(index);
    if (value == null) {
      throw new Malformed("value %d is used before it is stored".formatted(index));
    }
    return value;
  }

  /** Little-endian two's complement. */
  private Object integer(int bytes) throws Malformed {
    if (bytes > 2 * LONGEST_INTEGER) {
      throw new Malformed("an integer has %d bytes".formatted(bytes));
    }
    var value = in.integer(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }
}
