package dev.steepest.study.plan;

/**
 * One run to be made: everything that determines its numbers on a given machine.
 *
 * @param experiment name of the experiment that asked for it
 * @param problem what is held equal when optimizers are compared, e.g. {@code "resnet18 · cifar10"}
 * @param arm what is compared, e.g. {@code "muon"} or {@code "muon lr=0.02"}
 * @param seed run k of every arm shares its seed, hence initial weights, data order and
 *     augmentation
 * @param settings the complete configuration
 * @param id the first 12 hexadecimal digits of the SHA-256 of settings and seed in canonical JSON
 */
public record RunSpec(
    String experiment, String problem, String arm, long seed, Settings settings, String id) {

  public RunSpec(String experiment, String problem, String arm, long seed, Settings settings) {
    this(experiment, problem, arm, seed, settings, CanonicalJson.hash(settings, seed));
  }
}
