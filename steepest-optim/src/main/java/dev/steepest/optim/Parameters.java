package dev.steepest.optim;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Module;

/**
 * The trainable parameters of a module, each with its role: what any optimizer of this library
 * starts from.
 *
 * <p>Roles are guessed from the kinds of the modules that own the parameters and from their order
 * of registration; {@link #describe} prints each guess with its reason, {@link #role} corrects it.
 * Frozen parameters ({@code requires_grad} false) are left out, and a tensor that the module holds
 * under two names is listed under the first.
 *
 * <p>Immutable; corrections return a new list. It holds the module's tensors, not copies, and may
 * be made inside or outside any pointer scope.
 */
public final class Parameters extends AbstractList<Parameter> {

  private final List<ModuleReading> all;
  private final List<Parameter> trainable;

  private Parameters(List<ModuleReading> all) {
    this.all = List.copyOf(all);
    this.trainable =
        all.stream()
            .filter(Parameters::isTrainable)
            .map(p -> new Parameter(p.name(), p.guess().role(), p.tensor(), p.guess().blocks()))
            .toList();
  }

  /**
   * The parameters of {@code module} and of everything registered in it.
   *
   * @throws IllegalArgumentException where nothing in it is trainable
   */
  public static Parameters of(Module module) {
    Parameters found = new Parameters(ModuleReading.of(module));
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "the module has no trainable parameter; register its parts with register_module and"
              + " register_parameter"
              + (found.all.isEmpty() ? "" : ", and unfreeze some of " + found.names()));
    }
    return found;
  }

  /**
   * Says what some parameters are.
   *
   * @param pattern a name, or a pattern in which {@code *} stands for any text within one part of
   *     the dotted name and {@code **} for any number of parts
   * @throws IllegalArgumentException where no parameter matches, with the known names
   */
  public Parameters role(String pattern, Role role) {
    return change(pattern, p -> p.as(role, "said: " + pattern));
  }

  /**
   * Says that some parameters are equal matrices stacked along dimension 0, such as a fused
   * query/key/value weight.
   *
   * @param pattern as in {@link #role}
   * @param blocks how many; divides the first dimension
   */
  public Parameters blocks(String pattern, int blocks) {
    return change(pattern, p -> p.blocks(blocks));
  }

  /**
   * Those that match.
   *
   * @param pattern as in {@link #role}
   */
  public List<Parameter> matching(String pattern) {
    Glob glob = known(pattern);
    return trainable.stream().filter(p -> glob.matches(p.name())).toList();
  }

  /** Those of the given roles. */
  public List<Parameter> in(Role... roles) {
    Set<Role> wanted = Set.copyOf(Arrays.asList(roles));
    return trainable.stream().filter(p -> wanted.contains(p.role())).toList();
  }

  /** Deals the parameters out to groups, each to exactly one. */
  public Division divide() {
    return new Division(trainable);
  }

  /** A table of all parameters: name, shape, role, and why it is thought to have that role. */
  public String describe() {
    int width = all.stream().mapToInt(p -> p.name().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    for (ModuleReading p : all) {
      RoleGuess guess = p.guess();
      String shape = Shapes.text(p.tensor());
      String what =
          isTrainable(p)
              ? "%-9s  %s%s"
                  .formatted(
                      guess.role(),
                      guess.why(),
                      guess.blocks() > 1 ? ", " + guess.blocks() + " stacked matrices" : "")
              : "left out   "
                  + (p.tiedTo() == null ? "frozen" : "the same tensor as " + p.tiedTo());
      table.append(("%-" + width + "s  %-16s  %s%n").formatted(p.name(), shape, what));
    }
    return table.toString();
  }

  @Override
  public Parameter get(int index) {
    return trainable.get(index);
  }

  @Override
  public int size() {
    return trainable.size();
  }

  private Parameters change(String pattern, UnaryOperator<ModuleReading> change) {
    Glob glob = known(pattern);
    List<ModuleReading> changed = new ArrayList<>();
    for (ModuleReading p : all) {
      changed.add(glob.matches(p.name()) ? change.apply(p) : p);
    }
    return new Parameters(changed);
  }

  /** The pattern, if it matches a parameter that is in this list. */
  private Glob known(String pattern) {
    Glob glob = new Glob(pattern);
    if (trainable.stream().noneMatch(p -> glob.matches(p.name()))) {
      throw new IllegalArgumentException(
          all.stream()
              .filter(p -> glob.matches(p.name()))
              .findFirst()
              .map(p ->
                  "'"
                      + pattern
                      + "' matches only what is left out: "
                      + (p.tiedTo() == null
                          ? p.name() + " is frozen"
                          : p.name() + " is the same tensor as " + p.tiedTo()))
              .orElseGet(() ->
                  "no parameter matches '"
                      + pattern
                      + "'"
                      + Suggestion.among(names(), pattern)
                      + "; known: "
                      + String.join(", ", names())));
    }
    return glob;
  }

  private List<String> names() {
    return all.stream().map(ModuleReading::name).toList();
  }

  private static boolean isTrainable(ModuleReading p) {
    return p.tiedTo() == null && p.tensor().requires_grad();
  }
}
