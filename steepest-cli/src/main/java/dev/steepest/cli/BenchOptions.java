package dev.steepest.cli;

import dev.steepest.lab.distributed.World;
import dev.steepest.lab.run.Machine;
import dev.steepest.lab.train.CpuSettings;
import dev.steepest.lab.train.DeviceChoice;
import dev.steepest.tensor.Native;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import picocli.CommandLine.Option;

/** What every measurement of a network's speed can be told. */
final class BenchOptions {
  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Measured rounds; one more is made before them and thrown away.")
  private int rounds;

  @Option(names = "--device", defaultValue = "auto", paramLabel = "NAME", description = "Device.")
  private String device;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "0: one per core.")
  private int threads;

  /** Says what is wrong before anything is loaded. */
  void check() {
    atLeastOne("--rounds", rounds);
    if (threads < 0) {
      throw new UserError("--threads %d is below 0; 0 is one per core.".formatted(threads));
    }
  }

  static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new UserError("%s %d is below 1.".formatted(option, value));
    }
  }

  /** A peer that is given has a command. */
  static void peer(String command) {
    if (command != null && command.isBlank()) {
      throw new UserError("--peer is empty; give a command, or leave it out.");
    }
  }

  /** Loads libtorch, with the settings of a run. */
  void prepare() {
    Native.prepare();
    CpuSettings.apply(threads);
  }

  int rounds() {
    return rounds;
  }

  /** Threads that libtorch computes with; after {@link #prepare}. */
  int threads() {
    return torch.get_num_threads();
  }

  /**
   * The device.
   *
   * @throws IllegalArgumentException saying what is available
   */
  Device place() {
    return DeviceChoice.resolve(device);
  }

  /** The device of one of several processes. */
  Device place(World world) {
    return DeviceChoice.resolve(device, world);
  }

  /** One line about the machine, from the facts of {@link Machine#environment}. */
  static String machine(Map<String, String> facts) {
    return "%s, %s of %s cores in use, %s, libtorch %s, JDK %s, allocator: %s"
        .formatted(
            facts.get("cpu"),
            facts.get("threads"),
            facts.get("cores"),
            facts.get("device"),
            facts.get("libtorch"),
            facts.get("jdk"),
            facts.get("allocator"));
  }
}
