package dev.steepest.lab.weights;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What of a file of weights fits a network, by names and shapes; {@link #carryOut} copies it.
 *
 * @param taken tensors whose shapes agree
 * @param adapted first filters that are made to fit another number of channels
 * @param newHead tensors of the head that keep their initial values
 * @param problems what is missing, misshapen or unexpected, one entry each
 */
public record Adoption(
    List<String> taken, List<String> adapted, List<String> newHead, List<String> problems) {
  /**
   * Counters of batches: files from before PyTorch 0.4.1 lack them, and no value depends on them.
   */
  private static final String COUNTER = "num_batches_tracked";

  private static final int IMAGE_DIMENSIONS = 4;
  private static final int LISTED = 12;

  /** What becomes of the head of the file. */
  public enum Head {
    /** It is taken where it has as many classes. */
    FITTING,
    /** It is not: the classes are others even if they are as many. */
    NEW
  }

  /** What becomes of a file that does not fit in all but the head. */
  public enum Mismatch {
    /** It is refused. */
    REFUSE,
    /** What fits is taken, the rest listed. */
    LIST
  }

  public Adoption {
    taken = List.copyOf(taken);
    adapted = List.copyOf(adapted);
    newHead = List.copyOf(newHead);
    problems = List.copyOf(problems);
  }

  /**
   * Compares names and shapes. Of the head, whatever does not fit keeps its initial values. First
   * filters for i channels serve for n: their sum for one channel, else repeated over the channels
   * and scaled by i/n, so that equal channels give the same response as before (timm's rule,
   * extended to i other than 3).
   */
  public static Adoption of(Network network, WeightFile weights, Head head) {
    String headPrefix = prefix(network, Role.HEAD).orElse("\n");
    boolean keepsHead = head == Head.FITTING && fits(network, weights, headPrefix);
    Optional<String> first = firstFilters(network);
    var taken = new ArrayList<String>();
    var adapted = new ArrayList<String>();
    var newHead = new ArrayList<String>();
    var problems = new ArrayList<String>();
    network
        .state()
        .forEach((name, tensor) -> {
          Optional<StoredTensor> found = Optional.ofNullable(weights.tensors().get(name));
          long[] wanted = StoredTensor.shape(tensor);
          boolean fits = fits(weights, name, tensor);
          if (name.startsWith(headPrefix)) {
            (keepsHead ? taken : newHead).add(name);
          } else if (fits) {
            taken.add(name);
          } else if (found.isEmpty() && !name.endsWith(COUNTER)) {
            problems.add("missing " + name);
          } else if (found.isPresent()
              && first.filter(name::equals).isPresent()
              && differInChannelsOnly(found.get().shape(), wanted)) {
            adapted.add(name);
          } else if (found.isPresent()) {
            problems.add(
                "%s has shape %s, expected %s"
                    .formatted(name, found.get().spoken(), Arrays.toString(wanted)));
          }
        });
    weights.tensors().keySet().stream()
        .filter(name -> !network.state().containsKey(name) && !name.startsWith(headPrefix))
        .forEach(name -> problems.add("unexpected " + name));
    return new Adoption(taken, adapted, newHead, problems);
  }

  /** Whether all of a part does: a head is one piece. */
  private static boolean fits(Network network, WeightFile weights, String prefix) {
    return network.state().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .allMatch(entry -> fits(weights, entry.getKey(), entry.getValue()));
  }

  private static boolean fits(WeightFile weights, String name, Tensor tensor) {
    StoredTensor found = weights.tensors().get(name);
    return found != null && Arrays.equals(found.shape(), StoredTensor.shape(tensor));
  }

  private static Optional<String> prefix(Network network, Role role) {
    return network.parameters().stream()
        .filter(p -> p.role() == role)
        .map(p -> p.name().substring(0, p.name().lastIndexOf('.') + 1))
        .findFirst();
  }

  private static Optional<String> firstFilters(Network network) {
    return network.parameters().stream()
        .filter(p -> p.role() == Role.INPUT && p.tensor().dim() == IMAGE_DIMENSIONS)
        .map(Parameter::name)
        .findFirst();
  }

  private static boolean differInChannelsOnly(long[] found, long[] wanted) {
    long[] same = found.clone();
    if (same.length != IMAGE_DIMENSIONS || same[1] == 0) {
      return false;
    }
    same[1] = wanted[1];
    return Arrays.equals(same, wanted);
  }

  /**
   * Copies what fits into the network.
   *
   * @param mismatch whether a file with problems is used all the same
   * @throws UnusableWeightsException if it is not, or nothing fits; the network is as it was
   */
  public void carryOut(Network network, WeightFile weights, Mismatch mismatch) {
    if (taken.isEmpty() || (mismatch == Mismatch.REFUSE && !problems.isEmpty())) {
      throw new UnusableWeightsException(
          weights.file(),
          "they do not fit the network in %d places: %s"
              .formatted(problems.size(), listed(problems)),
          "Choose the network that they were trained in (model.name, its width and stem), or say"
              + " model.pretrained_mismatch: list to take the %d tensors that fit."
                  .formatted(taken.size() + adapted.size()));
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      SequencedMap<String, Tensor> values = new LinkedHashMap<>();
      taken.forEach(name -> values.put(name, weights.read(name)));
      adapted.forEach(name ->
          values.put(name, forChannels(weights.read(name), network.state().get(name).size(1))));
      network.adopt(values, "weights %s: %s".formatted(weights.sha256(), describe()));
    }
  }

  /** [out, i, k, k] → [out, n, k, k] */
  private static Tensor forChannels(Tensor filters, long n) {
    long i = filters.size(1);
    Tensor exact = filters.to(ScalarType.Double);
    if (n == 1) {
      return exact.sum(1).unsqueeze(1);
    }
    long times = (n + i - 1) / i;
    return exact.repeat(1, times, 1, 1).narrow(1, 0, n).mul(new Scalar((double) i / n));
  }

  /** One line for a log. */
  public String describe() {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    parts.put("adapted to the images' channels", adapted);
    parts.put("new head", newHead);
    parts.put("does not fit", problems);
    return "%d tensors taken".formatted(taken.size())
        + parts.entrySet().stream()
            .filter(part -> !part.getValue().isEmpty())
            .map(part -> "; %s: %s".formatted(part.getKey(), listed(part.getValue())))
            .collect(Collectors.joining());
  }

  private static String listed(List<String> lines) {
    return lines.stream().limit(LISTED).collect(Collectors.joining(", "))
        + (lines.size() > LISTED ? " and %d more".formatted(lines.size() - LISTED) : "");
  }
}
