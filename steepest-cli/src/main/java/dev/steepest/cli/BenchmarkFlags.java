package dev.steepest.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The flags of the published CIFAR-10 benchmark's {@code training.py}, for commands copied from its
 * notes. Each sets what it means for the optimizer at hand; one that belongs to another optimizer
 * has no effect, as it had none there, and is named.
 */
final class BenchmarkFlags {
  private static final Map<String, List<String>> BESIDE_ADAMW =
      Map.of(
          "--momentum", List.of("momentum"),
          "--weight_decay", List.of("weight_decay"),
          "--lr_adam_io", List.of("rest.lr", "vectors.lr"),
          "--weight_decay_io", List.of("rest.weight_decay"));

  /** Optimizer to flag to the keys that it sets. */
  private static final Map<String, Map<String, List<String>>> KEYS =
      Map.of(
          "adamw",
          Map.of("--adam_lr", List.of("lr"), "--weight_decay", List.of("weight_decay")),
          "sgd",
          Map.of("--momentum", List.of("momentum"), "--weight_decay", List.of("weight_decay")),
          "muon",
          with(Map.of("--lr_muon", List.of("lr"), "--ns_steps", List.of("ns_steps"))),
          "dion",
          with(
              Map.of(
                  "--lr_dion", List.of("lr"),
                  "--rank", List.of("rank"),
                  "--power_iter", List.of("power_iterations"))),
          "scion",
          Map.of(
              "--lr_spec", List.of("lr"),
              "--lr_inf", List.of("head.lr", "vectors.lr"),
              "--ns_steps", List.of("ns_steps")));

  private static Map<String, List<String>> with(Map<String, List<String>> own) {
    Map<String, List<String>> all = new HashMap<>(BESIDE_ADAMW);
    all.putAll(own);
    return all;
  }

  @Option(names = "--amp", description = "bf16 autocast (our default).")
  private boolean amp;

  @Option(names = "--momentum", paramLabel = "X", description = "Of Muon and Dion; of SGD.")
  private Optional<String> momentum = Optional.empty();

  @Option(names = "--weight_decay", paramLabel = "X", description = "Of the main group.")
  private Optional<String> weightDecay = Optional.empty();

  @Option(
      names = "--weight_decay_io",
      paramLabel = "X",
      description = "Of the AdamW group beside Muon or Dion.")
  private Optional<String> weightDecayIo = Optional.empty();

  @Option(names = "--adam_lr", paramLabel = "X", description = "Learning rate of AdamW.")
  private Optional<String> adamLr = Optional.empty();

  @Option(names = "--lr_muon", paramLabel = "X", description = "Learning rate of Muon.")
  private Optional<String> muonLr = Optional.empty();

  @Option(
      names = "--ns_steps",
      paramLabel = "N",
      description = "Newton-Schulz steps of Muon and Scion.")
  private Optional<String> nsSteps = Optional.empty();

  @Option(
      names = "--lr_adam_io",
      paramLabel = "X",
      description = "Learning rate of AdamW beside Muon or Dion.")
  private Optional<String> adamIoLr = Optional.empty();

  @Option(names = "--lr_dion", paramLabel = "X", description = "Learning rate of Dion.")
  private Optional<String> dionLr = Optional.empty();

  @Option(names = "--rank", paramLabel = "N", description = "Rank of Dion.")
  private Optional<String> rank = Optional.empty();

  @Option(names = "--power_iter", paramLabel = "N", description = "Power iterations of Dion.")
  private Optional<String> powerIterations = Optional.empty();

  @Option(
      names = "--lr_spec",
      paramLabel = "X",
      description = "Learning rate of Scion's spectral group.")
  private Optional<String> spectralLr = Optional.empty();

  @Option(
      names = "--lr_inf",
      paramLabel = "X",
      description = "Learning rate of Scion's sign groups.")
  private Optional<String> signLr = Optional.empty();

  @Option(names = "--warmup_epochs", paramLabel = "X", description = "Epochs of warm-up.")
  private Optional<String> warmup = Optional.empty();

  /** A word of training scripts too. */
  Optional<String> momentum() {
    return momentum;
  }

  /** A word of training scripts too. */
  Optional<String> weightDecay() {
    return weightDecay;
  }

  /**
   * What the flags mean.
   *
   * @param settings overrides that they stand for
   * @param without flags that mean nothing for the optimizer
   */
  record Meaning(List<String> settings, List<String> without) {}

  /** What these flags mean with the given optimizer. */
  Meaning with(String optimizer) {
    Map<String, Optional<String>> given = new LinkedHashMap<>();
    given.put("--momentum", momentum);
    given.put("--weight_decay", weightDecay);
    given.put("--weight_decay_io", weightDecayIo);
    given.put("--adam_lr", adamLr);
    given.put("--lr_muon", muonLr);
    given.put("--ns_steps", nsSteps);
    given.put("--lr_adam_io", adamIoLr);
    given.put("--lr_dion", dionLr);
    given.put("--rank", rank);
    given.put("--power_iter", powerIterations);
    given.put("--lr_spec", spectralLr);
    given.put("--lr_inf", signLr);
    Map<String, List<String>> keys = KEYS.getOrDefault(optimizer, Map.of());
    List<String> settings = new ArrayList<>();
    List<String> without = new ArrayList<>();
    if (amp) {
      settings.add("training.precision=bf16");
    }
    warmup.ifPresent(value -> settings.add("schedule.warmup_epochs=" + value));
    given.forEach((flag, value) ->
        value.ifPresent(v -> {
          List<String> meant = keys.getOrDefault(flag, List.of());
          meant.forEach(key -> settings.add("optimizer." + key + "=" + v));
          if (meant.isEmpty()) {
            without.add(flag);
          }
        }));
    return new Meaning(settings, without);
  }
}
