package dev.steepest.lab.weights;

import dev.steepest.lab.weights.PickleValue.Global;
import dev.steepest.lab.weights.PickleValue.Opaque;
import dev.steepest.lab.weights.PickleValue.Tuple;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that a file of {@code torch.save} may call: tensors from storages, ordered dictionaries, and
 * names of types that are of no consequence here.
 */
final class TorchFunctions implements Pickle.Functions {
  private static final Global ORDERED = new Global("collections", "OrderedDict");
  private static final Global VIEW = new Global("torch._utils", "_rebuild_tensor");
  private static final Global VIEW_2 = new Global("torch._utils", "_rebuild_tensor_v2");
  private static final Global PARAMETER = new Global("torch._utils", "_rebuild_parameter");
  private static final Global SIZE = new Global("torch", "Size");
  private static final Global NAMESPACE = new Global("argparse", "Namespace");
  private static final Global DEVICE = new Global("torch", "device");

  /** Sets of Python 3 and, as protocol 2 names them, of Python 2. */
  private static final Set<Global> SETS =
      Set.of(new Global("builtins", "set"), new Global("__builtin__", "set"));

  private static final Set<Global> CALLED =
      Set.of(ORDERED, VIEW, VIEW_2, PARAMETER, SIZE, NAMESPACE, DEVICE);

  /** Types of elements: values, never called. */
  private static final Set<String> TYPES =
      Set.of(
          "float64",
          "float32",
          "float16",
          "bfloat16",
          "int64",
          "int32",
          "int16",
          "int8",
          "uint8",
          "bool",
          "float",
          "double",
          "half",
          "long",
          "int",
          "short");

  /** Assumed: as many as a pickle can hold that writes each out. */
  private static final int MOST_PAIRS = 1_000_000;

  private final Storages storages;
  private int pairs;

  /** Where storages are. */
  @FunctionalInterface
  interface Storages {
    /**
     * @param key the storage's name in the file
     * @throws Malformed if there is none of this name and length
     */
    TorchStorage.Source source(String key, ElementType type, long elements) throws Malformed;
  }

  TorchFunctions(Storages storages) {
    this.storages = storages;
  }

  @Override
  public void admit(Global name) throws Malformed {
    boolean type =
        name.module().equals("torch")
            && (TYPES.contains(name.name()) || ElementType.ofStorage(name.name()).isPresent());
    if (!type && !CALLED.contains(name) && !SETS.contains(name)) {
      throw new Malformed(
          "it asks for %s, which weights do not need; in Python that could run any program"
              .formatted(name),
          "Do not open it with torch.load(..., weights_only=False) unless you trust its author; ask for"
              + " the state dict alone: torch.save(model.state_dict(), file), or as safetensors");
    }
  }

  @Override
  public Object call(Global name, List<Object> arguments) throws Malformed {
    if (name.equals(ORDERED)) {
      return dictionary(arguments);
    } else if (name.equals(VIEW) || name.equals(VIEW_2)) {
      return view(name, arguments);
    } else if (name.equals(PARAMETER)) {
      if (!arguments.isEmpty() && arguments.getFirst() instanceof TorchTensor tensor) {
        return tensor;
      }
      throw new Malformed("a parameter holds no tensor");
    } else if (name.equals(SIZE) || SETS.contains(name)) {
      return arguments.isEmpty() ? new Tuple(List.of()) : arguments.getFirst();
    } else if (name.equals(NAMESPACE) || name.equals(DEVICE)) {
      return new Opaque(name.toString());
    }
    throw new Malformed("%s is called, which is no function".formatted(name));
  }

  private Map<Object, Object> dictionary(List<Object> arguments) throws Malformed {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) { // as Python 2 wrote them: a list of pairs
      List<Object> given = items(arguments.getFirst());
      pairs += given.size(); // the same list can be asked for any number of times
      if (pairs > MOST_PAIRS) {
        throw new Malformed("its dictionaries have more than %d entries".formatted(MOST_PAIRS));
      }
      for (Object pair : given) {
        List<Object> entry = items(pair);
        if (entry.size() != 2 || !(entry.getFirst() instanceof String key)) {
          throw new Malformed("an ordered dictionary is made of what are no pairs");
        }
        map.put(key, entry.getLast());
      }
    }
    return map;
  }

  /** storage, offset, sizes, strides and, of no consequence here, more. */
  private static TorchTensor view(Global name, List<Object> arguments) throws Malformed {
    if (arguments.size() < 4
        || !(arguments.getFirst() instanceof TorchStorage storage)
        || !(arguments.get(1) instanceof Long offset)) {
      throw new Malformed(
          "%s is called with other arguments than a storage and a place in it".formatted(name));
    }
    return new TorchTensor(storage, offset, numbers(arguments.get(2)), numbers(arguments.get(3)));
  }

  /** ('storage', class, key, place, elements), and a view of it in the oldest files. */
  @Override
  public Object persistent(Object id) throws Malformed {
    List<Object> parts = items(id);
    if (parts.size() < 5
        || !parts.get(0).equals("storage")
        || !(parts.get(1) instanceof Global kind)
        || !(parts.get(2) instanceof String key)
        || !(parts.get(4) instanceof Long elements)) {
      throw new Malformed("it refers to something that is no storage");
    }
    if (parts.size() > 5 && parts.get(5) != PickleValue.None.NONE) {
      throw new Malformed("storage '%s' is a part of another one".formatted(key));
    }
    ElementType type =
        ElementType.ofStorage(kind.name())
            .orElseThrow(() ->
                new Malformed(
                    "storage '%s' is of %s, whose elements have no type".formatted(key, kind)));
    if (elements < 0 || elements > Long.MAX_VALUE / type.bytes()) {
      throw new Malformed("storage '%s' has %d elements".formatted(key, elements));
    }
    return new TorchStorage(type, elements, storages.source(key, type, elements));
  }

  private static List<Object> items(Object value) throws Malformed {
    return switch (value) {
      case Tuple tuple -> tuple.items();
      case List<?> list -> Collections.unmodifiableList(list);
      default -> throw new Malformed("something is taken apart that is no tuple");
    };
  }

  private static long[] numbers(Object value) throws Malformed {
    List<Object> items = items(value);
    if (items.size() > TorchTensor.MOST_DIMENSIONS) {
      throw new Malformed("a tensor has %d dimensions".formatted(items.size()));
    }
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(items.get(i) instanceof Long number)) {
        throw new Malformed("a size or stride of a tensor is no whole number");
      }
      numbers[i] = number;
    }
    return numbers;
  }
}
