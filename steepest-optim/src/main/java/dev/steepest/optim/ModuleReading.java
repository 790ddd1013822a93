package dev.steepest.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * The parameters of a module in order of registration, each with what it probably is.
 *
 * @param name dotted, as {@code named_parameters()} gives it
 * @param tensor a handle of its own on the module's tensor, which no pointer scope closes
 * @param guess what it probably is
 * @param tiedTo the name under which the same tensor came before; null where it did not
 */
record ModuleReading(String name, Tensor tensor, RoleGuess guess, String tiedTo) {

  static List<ModuleReading> of(Module module) {
    List<ModuleReading> all = new ArrayList<>();
    try (PointerScope _ = new PointerScope()) {
      Map<String, String> kinds = kinds(module);
      Map<Long, String> seen = new HashMap<>();
      var parameters = module.named_parameters();
      for (long i = 0; i < parameters.size(); i++) {
        String name = text(parameters.get(i).key());
        // The dictionary dies with this scope: the handle must be one of its own.
        Tensor tensor = new Tensor(parameters.get(i).value()).retainReference();
        int dot = name.lastIndexOf('.');
        String owner = dot < 0 ? "" : name.substring(0, dot);
        RoleGuess guess =
            RoleGuess.of(kinds.getOrDefault(owner, ""), name.substring(dot + 1), Shapes.of(tensor));
        String before = seen.putIfAbsent(tensor.unsafeGetTensorImpl().address(), name);
        all.add(new ModuleReading(name, tensor, guess, before));
      }
    }
    return ends(all);
  }

  /** The class of each module in libtorch, by dotted name; empty for classes of others. */
  private static Map<String, String> kinds(Module module) {
    String libtorch = "torch::nn::";
    Map<String, String> kinds = new LinkedHashMap<>();
    var modules = module.named_modules();
    for (long i = 0; i < modules.size(); i++) {
      String type = text(modules.get(i).value().name());
      String kind =
          type.startsWith(libtorch)
              ? type.substring(libtorch.length()).replaceFirst("Impl$", "")
              : "";
      kinds.put(text(modules.get(i).key()), kind);
    }
    return kinds;
  }

  /**
   * Finds the first and the last layer, in order of registration. Where the network has layers of
   * libtorch, the user's own weights are neither.
   */
  private static List<ModuleReading> ends(List<ModuleReading> all) {
    boolean known = all.stream().anyMatch(p -> p.guess.layer() == RoleGuess.Layer.MAP);
    List<Integer> layers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean layer =
          switch (all.get(i).guess.layer()) {
            case MAP, RECURRENT, TABLE -> true;
            case OWN -> !known;
            case NONE -> false;
          };
      if (layer) {
        layers.add(i);
      }
    }
    if (layers.isEmpty()) {
      return all;
    }
    List<ModuleReading> told = new ArrayList<>(all);
    int last = layers.getLast();
    RoleGuess end = all.get(last).guess;
    if (end.layer() == RoleGuess.Layer.MAP || end.layer() == RoleGuess.Layer.OWN) {
      told.set(last, all.get(last).as(Role.HEAD, "last layer: " + end.why()));
    }
    int first = layers.getFirst();
    RoleGuess start = all.get(first).guess;
    if (first != last && start.layer() != RoleGuess.Layer.TABLE) {
      told.set(first, all.get(first).as(Role.INPUT, "first layer: " + start.why()));
    }
    return told;
  }

  ModuleReading as(Role role, String why) {
    return new ModuleReading(name, tensor, guess.as(role, why), tiedTo);
  }

  ModuleReading blocks(int blocks) {
    return new ModuleReading(
        name, tensor, new RoleGuess(guess.role(), blocks, guess.why(), guess.layer()), tiedTo);
  }

  /** JavaCPP gives null for an empty text. */
  private static String text(BytePointer pointer) {
    return pointer == null ? "" : pointer.getString();
  }
}
